from pathlib import Path

from signspot.corpus.tables import class_ids, read_tables
from signspot.labels.dropped import write_dropped
from signspot.labels.frames import annotations_by_video
from signspot.logs import job

with job(snakemake):
    tables = read_tables(*map(Path, snakemake.input.tables))
    annotations = annotations_by_video(tables.annotations, class_ids(tables.vocabulary))
    labels = zip(snakemake.params.videos, map(Path, snakemake.input.labels), strict=True)
    write_dropped(annotations, dict(labels), Path(snakemake.output[0]), **snakemake.params.window)
