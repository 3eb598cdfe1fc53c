from pathlib import Path

from signspot.corpus.tables import read_tables
from signspot.files import write_json
from signspot.logs import job
from signspot.recognition import accuracy, signs_of, write_recognitions
from signspot.recognition.store import read_logits

with job(snakemake):
    told, tables = snakemake.params.job, read_tables(*map(Path, snakemake.input.tables))
    recognitions = read_logits(Path(snakemake.input.logits))
    signers = dict(zip(tables.videos["video"], tables.videos["signer"], strict=True))
    trained = signs_of(tables, told["train"])
    write_recognitions(recognitions, snakemake.output.recognitions)
    write_json(
        snakemake.output.accuracy,
        accuracy(recognitions, trained=trained, signers=signers, ks=told["best"], seed=told["seed"]),
    )
