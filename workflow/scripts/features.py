from pathlib import Path

from signspot.compute.gpus import claim_device
from signspot.experts.features import extract_all
from signspot.logs import stage
from signspot.stores import stores_of

with stage(snakemake.log[0], snakemake.threads):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    claim_device(snakemake.config.get("device", "auto"))
    videos = [stores_of(snakemake.params.results, video) for video in snakemake.params.videos]
    folder = Path(snakemake.output[0])
    extract_all(Path(snakemake.input.weights).parent, videos, folder, snakemake.params.stride)
