from pathlib import Path

from signspot.logs import job
from signspot.recognition import fused, read_fusion
from signspot.recognition.fusion import weights_of
from signspot.recognition.store import read_logits, write_logits

with job(snakemake):
    name = snakemake.wildcards.fusion
    weights = weights_of(read_fusion(Path(snakemake.input.fusion)), name)
    streams = dict(zip(weights, map(read_logits, map(Path, snakemake.input.test)), strict=True))
    write_logits(fused(streams, weights), Path(snakemake.output[0]), name)
