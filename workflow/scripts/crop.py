from signspot.logs import job
from signspot.plan.sources import shows_single_signs
from signspot.video.crop import write_frames
from signspot.video.decode import Span
from signspot.video.limits import Limits

with job(snakemake):
    span, limits = Span(*snakemake.params.part), Limits.of(snakemake.config)
    told = {"span": span, "limits": limits, "region": snakemake.params.region}
    if shows_single_signs(snakemake.config["corpus"]["source"]):
        told |= {"may_be_empty": True, "least_frames": 1}
    write_frames(snakemake.input[0], snakemake.output[0], snakemake.params.fps, **told)
