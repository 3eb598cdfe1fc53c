from pathlib import Path

import torch

from signspot.logs import stage
from signspot.spotting.decode import write_spottings
from signspot.spotting.predict import spot

with stage(snakemake.log[0]):
    torch.set_num_threads(snakemake.threads)
    features = {
        video: [Path(folder, f"{video}.h5") for folder in snakemake.input.features] for video in snakemake.params.test
    }
    found = spot(Path(snakemake.input.spotter).parent, features, snakemake.params.decoders)
    for name, path in zip(snakemake.params.decoders, snakemake.output.decoders, strict=True):
        write_spottings(found[name], path)
    write_spottings(found[snakemake.params.decoder], snakemake.output.spottings)
