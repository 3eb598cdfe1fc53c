from pathlib import Path

import pandas as pd
import torch

from signspot.files import finished
from signspot.logs import stage
from signspot.spotting.predict import spot
from signspot.training.devices import claim_device


def write(table: pd.DataFrame, path: str) -> None:
    with finished(path) as part:
        table.to_csv(part, sep="\t", index=False, float_format="%.6f", lineterminator="\n", encoding="utf-8")


with stage(snakemake.log[0]):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    claim_device(snakemake.config.get("device", "auto"))
    torch.set_num_threads(snakemake.threads)
    features = {
        video: [Path(folder, f"{video}.h5") for folder in snakemake.input.features] for video in snakemake.params.test
    }
    found = spot(Path(snakemake.input.spotter).parent, features, snakemake.params.decoders)
    for name, path in zip(snakemake.params.decoders, snakemake.output.decoders, strict=True):
        write(found[name], path)
    write(found[snakemake.params.decoder], snakemake.output.spottings)
