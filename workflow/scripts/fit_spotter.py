from pathlib import Path

from signspot.labels.gathered import read_gathered
from signspot.logs import network_job
from signspot.spotters import SPOTTERS, FitTask, video_inputs

with network_job(snakemake):
    job = snakemake.params.job
    spotter = SPOTTERS.build(job["kind"], **job["options"])
    spotter.fit(
        video_inputs(job["train"], snakemake.params.results),
        video_inputs(job["validation"], snakemake.params.results),
        Path(snakemake.output.weights).parent,
        FitTask(
            snakemake.wildcards.spotter,
            job["vocabulary"],
            job["seed"],
            job["select"],
            read_gathered(map(Path, snakemake.input.get("labels", []))),
            [Path(weights).parent for weights in snakemake.input.get("members", [])],
            tuple(job["decoder"]),
            job["truth"],
            job.get("modality", {}),
            [Path(weights).parent for weights in snakemake.input.get("experts", [])],
        ),
    )
