from dataclasses import replace
from pathlib import Path

from signspot.corpus.sentences import read_sentences
from signspot.corpus.tables import read_tables
from signspot.files import sha256
from signspot.logs import network_job
from signspot.retrieval.recipe import RECIPE
from signspot.retrieval.sentences import pairs_of
from signspot.retrieval.train import train_space

with network_job(snakemake):
    told, files = snakemake.params.job, snakemake.input
    (table,), (vectors, *_) = map(Path, files.sentences), [*map(Path, files.get("vectors", [])), None]
    sentences = read_sentences(table, list(read_tables(*map(Path, files.tables)).videos["video"]))
    pairs = {
        role: pairs_of(sentences, {video: Path(path) for video, path in features.items()}, vectors)
        for role, features in told["features"].items()
    }
    word_vectors = {"word_vectors": vectors.name if vectors else "spelling"}
    word_vectors |= {"word_vectors_sha256": sha256(vectors)} if vectors else {}
    train_space(
        pairs["train"],
        pairs.get("validation"),
        Path(snakemake.output.weights).parent,
        recipe=replace(RECIPE, **told["training"]),
        seed=told["seed"],
        about={"expert": told["expert"], **word_vectors},
    )
