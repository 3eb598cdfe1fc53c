from pathlib import Path

from signspot.corpus.tables import write_tables
from signspot.logs import job
from signspot.plan.sources import read_corpus
from signspot.video.ends import with_ends
from signspot.video.limits import Limits

with job(snakemake):
    tables = read_corpus(snakemake.params.corpus, snakemake.params.seed, snakemake.params.results)
    write_tables(with_ends(tables, Limits.of(snakemake.config)), Path(snakemake.output[0]).parent)
