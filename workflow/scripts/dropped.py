from pathlib import Path

from signspot.corpus.tables import class_ids, read_tables
from signspot.labels.frames import annotations_by_video, write_dropped
from signspot.logs import stage

with stage(snakemake.log[0]):
    tables = read_tables(*map(Path, snakemake.input.tables))
    annotations = annotations_by_video(tables.annotations, class_ids(tables.vocabulary))
    labels = zip(snakemake.params.videos, map(Path, snakemake.input.labels), strict=True)
    write_dropped(annotations, dict(labels), snakemake.output[0])
