from pathlib import Path

from signspot.backbones.checkpoints import Checkpoint
from signspot.logs import job
from signspot.spotters import SPOTTERS, FitTask, video_inputs

with job(snakemake):
    told = snakemake.params.job
    (example,) = video_inputs(told["example"], snakemake.params.results)
    SPOTTERS.build(told["kind"], **told["options"]).import_trained(
        Checkpoint(**told["checkpoint"]),
        example,
        Path(snakemake.output.weights).parent,
        FitTask(snakemake.wildcards.spotter, told["vocabulary"], seed=0, modality=told.get("modality", {})),
    )
