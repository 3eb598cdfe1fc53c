from pathlib import Path

from signspot.logs import job
from signspot.report.retrieval import read_results, write_retrieval

with job(snakemake):
    told, files = snakemake.params.job, snakemake.input
    write_retrieval(
        Path(snakemake.output[0]).parent,
        title=told["title"],
        results=read_results(*map(Path, (files.scores, files.ranks, files.rankings))),
        videos={video: Path(path) for video, path in told["videos"].items()},
    )
