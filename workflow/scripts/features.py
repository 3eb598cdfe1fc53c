from pathlib import Path

import torch

from signspot.features import extract_all
from signspot.logs import stage
from signspot.stores import stores_of
from signspot.training.devices import claim_device

with stage(snakemake.log[0]):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    claim_device(snakemake.config.get("device", "auto"))
    torch.set_num_threads(snakemake.threads)
    out = Path(snakemake.output[0])
    files = [(stores_of(snakemake.params.results, video), out / f"{video}.h5") for video in snakemake.params.videos]
    extract_all(Path(snakemake.input.weights).parent, files, snakemake.params.stride)
