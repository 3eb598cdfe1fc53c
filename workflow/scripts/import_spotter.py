from pathlib import Path

from signspot.checkpoints import Checkpoint
from signspot.logs import stage
from signspot.spotting.published import import_spotter
from signspot.spotting.sequences import ClipFeatures

with stage(snakemake.log[0]):
    clips = ClipFeatures(list(map(Path, snakemake.params.features)))
    import_spotter(
        Checkpoint(snakemake.input.checkpoint, snakemake.params.sha256),
        Path(snakemake.output.weights).parent,
        experts=clips.experts,
        vocabulary=snakemake.params.vocabulary,
        stride=clips.stride,
    )
