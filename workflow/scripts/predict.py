from pathlib import Path

from signspot.logs import network_job
from signspot.spotters import predict_videos, video_inputs

with network_job(snakemake):
    (weights,) = snakemake.input.get("spotter")
    videos = video_inputs(snakemake.params.videos, snakemake.params.results)
    predict_videos(Path(weights).parent, videos, Path(snakemake.output[0]))
