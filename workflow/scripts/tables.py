from pathlib import Path

from signspot.corpus.tables import write_tables
from signspot.logs import job
from signspot.plan.sources import read_corpus

with job(snakemake):
    tables = read_corpus(snakemake.params.corpus, snakemake.params.seed, snakemake.params.results)
    write_tables(tables, Path(snakemake.output[0]).parent)
