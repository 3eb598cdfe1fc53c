from pathlib import Path

from signspot.logs import stage
from signspot.plan.corpora import synthetic_corpus
from signspot.signer import render_video

with stage(snakemake.log[0]):
    corpus = synthetic_corpus(snakemake.params.corpus, snakemake.params.seed)
    render_video(corpus, snakemake.wildcards.video, Path(snakemake.output[0]))
