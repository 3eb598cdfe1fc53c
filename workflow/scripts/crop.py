from signspot.logs import stage
from signspot.video.crop import write_frames
from signspot.video.decode import Span

with stage(snakemake.log[0], snakemake.threads):
    write_frames(snakemake.input[0], snakemake.output[0], snakemake.params.fps, span=Span(*snakemake.params.part))
