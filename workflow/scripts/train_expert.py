from pathlib import Path

from signspot.compute.gpus import claim_device
from signspot.experts import ExpertConfig, train_round
from signspot.labels.clips import read_gathered
from signspot.logs import stage
from signspot.stores import stores_of
from signspot.training import Recipe
from signspot.training.checkpoints import Checkpoint

with stage(snakemake.log[0], snakemake.threads):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    claim_device(snakemake.config.get("device", "auto"))
    spec, folder = snakemake.params.expert, Path(snakemake.output.weights).parent
    if "pretrained" in spec:
        init = Checkpoint(**spec["pretrained"])
    else:
        init = Path(snakemake.input.start).parent if snakemake.input.start else None
    recipe = Recipe(**spec["recipe"], select=snakemake.params.select)
    train_round(
        ExpertConfig(snakemake.wildcards.expert, recipe=recipe, **spec["network"]),
        int(snakemake.wildcards.round.removeprefix("round")),
        [stores_of(snakemake.params.results, video) for video in snakemake.params.train],
        [stores_of(snakemake.params.results, video) for video in snakemake.params.validation],
        folder,
        vocabulary=snakemake.params.vocabulary,
        stride=snakemake.params.stride,
        seed=snakemake.params.seed,
        init=init,
        labels=read_gathered(map(Path, snakemake.input.labels)),
    )
