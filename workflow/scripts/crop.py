from signspot.logs import job
from signspot.video.crop import write_frames
from signspot.video.decode import Span

with job(snakemake):
    write_frames(snakemake.input[0], snakemake.output[0], snakemake.params.fps, span=Span(*snakemake.params.part))
