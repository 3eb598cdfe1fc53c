from pathlib import Path

from signspot.experts.features import extract_all
from signspot.logs import network_job
from signspot.stores import CorpusFiles

with network_job(snakemake):
    files = CorpusFiles(snakemake.params.results)
    videos = [files.stores_of(video) for video in snakemake.params.videos]
    (weights,) = snakemake.input.get("weights")
    extract_all(Path(weights).parent, videos, Path(snakemake.output[0]))
