from pathlib import Path

from signspot.labels.frames import write_labels
from signspot.logs import job

with job(snakemake):
    write_labels(snakemake.params.annotations, Path(snakemake.input[0]), Path(snakemake.output[0]))
