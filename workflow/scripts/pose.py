from signspot.logs import stage
from signspot.pose.store import write_poses

with stage(snakemake.log[0]):
    write_poses(snakemake.input.video, snakemake.input.crop, snakemake.output[0], snakemake.params.model_complexity)
