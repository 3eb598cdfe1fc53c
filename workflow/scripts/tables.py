from pathlib import Path

from signspot.corpus.tables import write_tables
from signspot.logs import stage
from signspot.plan.corpora import read_corpus

with stage(snakemake.log[0]):
    tables = read_corpus(snakemake.params.corpus, snakemake.params.seed, snakemake.params.results)
    write_tables(tables, Path(snakemake.output.videos).parent)
