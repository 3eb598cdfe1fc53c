from pathlib import Path

import torch

from signspot.features import extract_all
from signspot.logs import stage
from signspot.stores import stores_of

with stage(snakemake.log[0]):
    torch.set_num_threads(snakemake.threads)
    out = Path(snakemake.output[0])
    files = [(stores_of(snakemake.params.results, video), out / f"{video}.h5") for video in snakemake.params.videos]
    extract_all(Path(snakemake.input.weights).parent, files, snakemake.params.stride)
