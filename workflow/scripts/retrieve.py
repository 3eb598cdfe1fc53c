from pathlib import Path

import numpy as np

from signspot.corpus.sentences import read_sentences
from signspot.corpus.tables import read_tables
from signspot.files import write_json
from signspot.logs import job
from signspot.retrieval import SignWords, similarities
from signspot.retrieval.evaluation import (
    Search,
    retrieval_json,
    trained_similarities,
    write_rankings,
    write_ranks,
    write_similarities,
)
from signspot.retrieval.sentences import mean_embeddings, of_videos, spotted_words
from signspot.retrieval.vectors import text_vectors

with job(snakemake):
    told, files = snakemake.params.job, snakemake.input
    tables = read_tables(*map(Path, files.tables))
    (table,), (vectors, *_) = map(Path, files.sentences), [*map(Path, files.get("vectors", [])), None]
    features, predictions = (
        {video: Path(path) for video, path in told[kind].items()} for kind in ("features", "predictions")
    )
    sentences = of_videos(read_sentences(table, list(tables.videos["video"])), features)
    sentences, embeddings = mean_embeddings(sentences, features)
    signs = SignWords.of_vocabulary(tables.vocabulary)
    words = spotted_words(sentences, predictions, signs, told["threshold"])
    texts = text_vectors(list(sentences["text"]), vectors)
    spaces = [trained_similarities(Path(path).parent, texts, embeddings, vectors) for path in files.spaces]
    recognition = similarities([signs.of_text(text) for text in sentences["text"]], words)
    search = Search(sentences, words, recognition, np.stack(spaces))
    write_json(snakemake.output.retrieval, retrieval_json(search))
    write_ranks(search, snakemake.output.ranks)
    write_rankings(search, snakemake.output.rankings)
    write_similarities(search, snakemake.output.similarities)
