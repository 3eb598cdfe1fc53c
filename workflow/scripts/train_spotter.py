from pathlib import Path

import torch

from signspot.clip_labels import read_gathered
from signspot.logs import stage
from signspot.spotting.sequences import Augmentation, VideoFeatures
from signspot.spotting.train import SpotterConfig, train_spotter
from signspot.training import Recipe


def files_of(video: str) -> VideoFeatures:
    features = [Path(folder, f"{video}.h5") for folder in snakemake.input.features]
    return VideoFeatures(video, features, Path(snakemake.params.results, "labels", f"{video}.h5"))


with stage(snakemake.log[0]):
    torch.set_num_threads(snakemake.threads)
    spec = snakemake.params.spotter
    train_spotter(
        SpotterConfig(
            spec["head"],
            Recipe(**spec["recipe"], select=snakemake.params.select),
            Augmentation(**spec.get("augmentation", {})),
            spec.get("standardise", False),
        ),
        [files_of(video) for video in snakemake.params.train],
        [files_of(video) for video in snakemake.params.validation],
        Path(snakemake.output.weights).parent,
        vocabulary=snakemake.params.vocabulary,
        seed=snakemake.params.seed,
        labels=read_gathered(map(Path, snakemake.input.labels)),
    )
