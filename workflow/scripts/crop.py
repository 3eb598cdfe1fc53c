from signspot.logs import job
from signspot.plan.sources import may_be_empty
from signspot.video.crop import write_frames
from signspot.video.decode import Span
from signspot.video.limits import Limits

with job(snakemake):
    span, limits = Span(*snakemake.params.part), Limits.of(snakemake.config)
    told = {"span": span, "limits": limits, "region": snakemake.params.region}
    told["may_be_empty"] = may_be_empty(snakemake.config["corpus"]["source"])
    write_frames(snakemake.input[0], snakemake.output[0], snakemake.params.fps, **told)
