from signspot.logs import job
from signspot.pose.store import write_poses
from signspot.video.limits import Limits

with job(snakemake):
    video, crop = snakemake.input
    complexity, limits = snakemake.params.model_complexity, Limits.of(snakemake.config)
    write_poses(video, crop, snakemake.output[0], complexity, snakemake.threads, limits)
