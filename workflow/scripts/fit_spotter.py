from pathlib import Path

from signspot.labels.clips import read_gathered

from signspot.compute.gpus import claim_device
from signspot.logs import stage
from signspot.spotters.bilstm.sequences import Augmentation, VideoFeatures
from signspot.spotters.bilstm.train import SpotterConfig, train_spotter
from signspot.training import Recipe


def with_labels(features: dict[str, list[str]]) -> list[VideoFeatures]:
    labels = Path(snakemake.params.results, "labels")
    return [VideoFeatures(video, list(map(Path, paths)), labels / f"{video}.h5") for video, paths in features.items()]


with stage(snakemake.log[0], snakemake.threads):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    claim_device(snakemake.config.get("device", "auto"))
    spec = snakemake.params.spotter
    train_spotter(
        SpotterConfig(
            spec["head"],
            Recipe(**spec["recipe"], select=snakemake.params.select),
            Augmentation(**spec.get("augmentation", {})),
            spec.get("standardise", False),
        ),
        with_labels(snakemake.params.train),
        with_labels(snakemake.params.validation),
        Path(snakemake.output.weights).parent,
        vocabulary=snakemake.params.vocabulary,
        seed=snakemake.params.seed,
        labels=read_gathered(map(Path, snakemake.input.labels)),
    )
