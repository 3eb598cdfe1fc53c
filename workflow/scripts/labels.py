from pathlib import Path

from signspot.corpus.tables import class_ids, read_tables
from signspot.labels import write_dropped, write_labels
from signspot.logs import stage

with stage(snakemake.log[0]):
    tables = read_tables(*map(Path, snakemake.input.tables))
    ids = class_ids(tables.vocabulary)
    files = zip(snakemake.params.videos, snakemake.input.poses, snakemake.output.labels, strict=True)
    dropped = [
        write_labels(video, tables.annotations, ids, Path(pose), Path(out), snakemake.params.stride)
        for video, pose, out in files
    ]
    write_dropped(dropped, Path(snakemake.output.dropped))
