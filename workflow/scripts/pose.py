from signspot.logs import job
from signspot.pose.store import write_poses

with job(snakemake):
    video, crop = snakemake.input
    write_poses(video, crop, snakemake.output[0], snakemake.params.model_complexity, snakemake.threads)
