from pathlib import Path

from signspot.corpus.tables import read_tables
from signspot.files import write_json
from signspot.logs import job
from signspot.scoring import scores
from signspot.spottings import read_spottings

with job(snakemake):
    tables = read_tables(*map(Path, snakemake.input.tables))
    videos = tables.videos[tables.videos["video"].isin(snakemake.params.test)]
    found = read_spottings(snakemake.input.spottings)
    write_json(
        snakemake.output[0], scores(tables.annotations, found, tables.vocabulary, videos, seed=snakemake.params.seed)
    )
