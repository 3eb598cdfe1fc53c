from pathlib import Path

import pandas as pd

from signspot.corpus.tables import read_tables
from signspot.files import write_json
from signspot.logs import stage
from signspot.scoring import scores

with stage(snakemake.log[0]):
    tables = read_tables(*map(Path, snakemake.input.tables))
    videos = tables.videos[tables.videos["video"].isin(snakemake.params.test)]
    spottings = [snakemake.input.spottings, *snakemake.input.decoders]
    outputs = [snakemake.output.scores, *snakemake.output.decoders]
    for path, out in zip(spottings, outputs, strict=True):
        found = pd.read_csv(path, sep="\t", dtype={"video": str})
        write_json(out, scores(tables.annotations, found, tables.vocabulary, videos, seed=snakemake.params.seed))
