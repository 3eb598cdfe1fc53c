from pathlib import Path

from signspot.logs import job
from signspot.plan.sources.signer import synthetic_corpus
from signspot.signer.film import render_video

with job(snakemake):
    block = snakemake.params.corpus
    corpus = synthetic_corpus(block["signer"], block["fps"], snakemake.params.seed)
    render_video(corpus, snakemake.wildcards.video, Path(snakemake.output[0]))
