from signspot.logs import stage
from signspot.pose.store import write_poses

with stage(snakemake.log[0], snakemake.threads):
    video, crop = snakemake.input
    write_poses(video, crop, snakemake.output[0], snakemake.params.model_complexity, snakemake.threads)
