from pathlib import Path

from signspot.backbones.checkpoints import Checkpoint
from signspot.clips.window import Window
from signspot.experts.training import ExpertConfig, train_expert
from signspot.labels.gathered import read_gathered
from signspot.logs import network_job
from signspot.stores import CorpusFiles
from signspot.training.recipe import Recipe

with network_job(snakemake):
    job, files = snakemake.params.job, CorpusFiles(snakemake.params.results)
    recipe = {option: value for option, value in job["training"].items() if option not in ("clips", "start")}
    network, number = job["network"], int(snakemake.wildcards.training)
    if "start" in job["training"]:
        start = Checkpoint(**job["training"]["start"])
    else:
        start = next((Path(weights).parent for weights in snakemake.input.get("start", [])), None)
    train_expert(
        ExpertConfig(
            snakemake.wildcards.expert,
            network["modality"],
            network["backbone"],
            Window(**network["clips"]),
            job["training"]["clips"],
            Recipe(**recipe, select=job["select"]),
            **job["losses"],
            tta=network["tta"],
        ),
        number,
        [files.stores_of(video) for video in job["train"]],
        [files.stores_of(video) for video in job["validation"]],
        Path(snakemake.output.weights).parent,
        vocabulary=job["vocabulary"],
        seed=job["seed"],
        labels=read_gathered(map(Path, snakemake.input.labels)),
        start=start,
    )
