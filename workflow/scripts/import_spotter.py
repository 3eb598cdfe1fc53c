from pathlib import Path

from signspot.logs import stage
from signspot.spotters.bilstm.sequences import ClipFeatures
from signspot.training.checkpoints import Checkpoint
from signspot.vipl.head import import_spotter

with stage(snakemake.log[0]):
    clips = ClipFeatures(list(map(Path, snakemake.params.features)))
    import_spotter(
        Checkpoint(snakemake.input.checkpoint, snakemake.params.sha256),
        Path(snakemake.output.weights).parent,
        experts=clips.experts,
        vocabulary=snakemake.params.vocabulary,
        stride=clips.stride,
    )
