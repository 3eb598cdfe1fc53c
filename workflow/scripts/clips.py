from pathlib import Path

from signspot.labels.gathered import gather_labels
from signspot.logs import stage

with stage(snakemake.log[0]):
    labels = zip(snakemake.params.videos, map(Path, snakemake.input), strict=True)
    gather_labels(dict(labels), Path(snakemake.output[0]))
