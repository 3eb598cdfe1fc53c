from pathlib import Path

from signspot.backbones.checkpoints import Checkpoint
from signspot.clips.window import Window
from signspot.experts.store import import_expert
from signspot.logs import job

with job(snakemake):
    told = snakemake.params.job
    network, published = told["network"], dict(told["checkpoint"])
    background = published.pop("background", True)
    import_expert(
        snakemake.wildcards.expert,
        network["modality"],
        network["backbone"],
        Window(**network["clips"]),
        Checkpoint(**published),
        Path(snakemake.output.weights).parent,
        vocabulary=told["vocabulary"],
        tta=network["tta"],
        background=background,
    )
