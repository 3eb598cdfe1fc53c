from signspot.logs import job
from signspot.plan.sources import shows_single_signs
from signspot.pose.store import write_poses
from signspot.video.limits import Limits

with job(snakemake):
    video, crop = snakemake.input
    complexity, limits = snakemake.params.model_complexity, Limits.of(snakemake.config)
    empty = shows_single_signs(snakemake.config["corpus"]["source"])
    # Not among the params: a file at another place has the same bytes, and makes no poses again.
    pose_model = snakemake.config["pose"].get("model")
    write_poses(video, crop, snakemake.output[0], complexity, snakemake.threads, limits, empty, pose_model)
