from pathlib import Path

from signspot.experts import import_expert
from signspot.logs import stage
from signspot.training.checkpoints import Checkpoint

with stage(snakemake.log[0]):
    import_expert(
        snakemake.wildcards.expert,
        **snakemake.params.network,
        checkpoint=Checkpoint(**snakemake.params.checkpoint),
        folder=Path(snakemake.output.weights).parent,
        vocabulary=snakemake.params.vocabulary,
        stride=snakemake.params.stride,
    )
