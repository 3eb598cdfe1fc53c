from signspot.logs import stage
from signspot.video.crop import write_frames

with stage(snakemake.log[0]):
    write_frames(snakemake.input[0], snakemake.output[0], snakemake.params.fps)
