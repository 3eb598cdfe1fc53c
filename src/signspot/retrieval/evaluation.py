"""How well sentences are found by their texts, and texts by their sentences: all numbers, and the first places."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signspot import __version__
from signspot.arrays import new_arrays, text_array, write_attributes, write_rows
from signspot.errors import InputError
from signspot.files import finished
from signspot.retrieval.combination import combined
from signspot.retrieval.metrics import all_ranks, retrieval_scores, text_to_video_ranks
from signspot.retrieval.network import CommonSpace
from signspot.retrieval.results import RANKED, SEPARATOR
from signspot.retrieval.space import cosines, load_space

BEST = 10
"""Places of a text that are written down."""


@dataclass(frozen=True)
class Search:
    """What is known of sentences: text i belongs to sentence i.

    Args:
        sentences: video, start_ms, end_ms, text, numbered from 0.
        words: the recognised words of each.
        recognised_signs: float (n, n), how similar each text (row) and each sentence (column) are by these words.
        common_space: float32 (seeds, n, n), their cosines in the common space of each training.
    """

    sentences: pd.DataFrame
    words: Sequence[set[str]]
    recognised_signs: np.ndarray
    common_space: np.ndarray

    @property
    def both(self) -> list[np.ndarray]:
        """The mean of both similarities, float64 (n, n) for each training of the common space."""
        return [combined(self.recognised_signs, cosine) for cosine in self.common_space]


def space_similarities(network: CommonSpace, texts: Sequence[np.ndarray], videos: np.ndarray) -> np.ndarray:
    """The cosine of each text and each video in the common space, float32 (texts, videos).

    A text without any word that has a vector is as similar to every video as to any other: 0.

    Args:
        network: set to evaluation.
        texts: of each text the vectors of its words, float32 (words, word_dim).
        videos: of each video the mean of its sign embeddings over time, float32 (n, sign_dim).

    Raises:
        InputError: vectors or embeddings have another length than those of the training.
    """
    told = [number for number, text in enumerate(texts) if len(text)]
    similarity = np.zeros((len(texts), len(videos)), np.float32)
    similarity[told] = cosines(network, [texts[number] for number in told], videos)
    return similarity


def trained_similarities(
    folder: Path, texts: Sequence[np.ndarray], videos: np.ndarray, vectors: Path | None
) -> np.ndarray:
    """:func:`space_similarities` in the common space of a folder.

    Args:
        folder: of the common space.
        texts, videos: as for :func:`space_similarities`.
        vectors: the file of the word vectors, None if they are made from the spelling, for messages.

    Raises:
        InputError: as for :func:`space_similarities` and :func:`signspot.retrieval.space.load_space`.
        DamagedStore: a file of the folder is no longer what the training wrote.
    """
    network = load_space(folder)
    try:
        return space_similarities(network, texts, videos)
    except InputError as error:
        raise InputError(f"{folder}, with {vectors or 'word vectors made from the spelling'}: {error}") from error


def retrieval_json(search: Search) -> dict[str, Any]:
    """All scores, in both directions: of recognised signs, of the common space, and of both.

    Of what is trained there are the scores of every seed, their mean, and their standard deviation over the seeds.
    ``chance`` is the mean rank without any information.

    Raises:
        InputError: there is no sentence.
    """
    count = len(search.sentences)
    return {
        "gallery": count,
        "chance": (count + 1) / 2,
        "recognised_signs": retrieval_scores(search.recognised_signs),
        "common_space": _over_seeds(map(retrieval_scores, search.common_space)),
        "both": _over_seeds(map(retrieval_scores, search.both)),
    }


def _over_seeds(told: Iterable[Mapping[str, Mapping[str, float]]]) -> dict[str, Any]:
    seeds = list(told)
    summaries = {"mean": np.mean, "deviation": np.std}
    return {
        **{
            name: {
                direction: {key: float(summary([one[direction][key] for one in seeds])) for key in scores}
                for direction, scores in seeds[0].items()
            }
            for name, summary in summaries.items()
        },
        "seeds": seeds,
    }


def write_rankings(search: Search, path: Path | str, best: int = BEST) -> None:
    """Writes the first places of each text as a table: text, rank, video, start_ms, end_ms, similarity.

    The similarity is that of both searches, the mean over the seeds. Places that are equally similar share the mean of
    their ranks, and come in the order of the sentences.

    Args:
        best: places of a text.
    """
    similarity = np.mean(search.both, axis=0)
    ranks, sentences = all_ranks(similarity), search.sentences
    places = np.argsort(-similarity, axis=1, kind="stable")[:, :best]
    texts = np.repeat(np.arange(len(sentences)), places.shape[1])
    found = sentences.iloc[places.ravel()]
    table = pd.DataFrame(
        {
            "text": sentences["text"].to_numpy()[texts],
            "rank": ranks[texts, places.ravel()],
            **{column: found[column].to_numpy() for column in ("video", "start_ms", "end_ms")},
            "similarity": similarity[texts, places.ravel()],
        }
    )
    with finished(path) as part:
        table.to_csv(part, sep="\t", index=False, lineterminator="\n", encoding="utf-8", float_format="%.6g")


def write_ranks(search: Search, path: Path | str) -> None:
    """Writes the rank of each sentence among all, as its own text finds it, as a table: video, start_ms, end_ms, text,
    words (the recognised ones, with ``|`` between them), recognised_signs, common_space, both.

    The common space is that of all trainings: ranks are by the mean of their cosines.
    """
    similarities = (search.recognised_signs, search.common_space.mean(0), np.mean(search.both, axis=0))
    ranks = {name: text_to_video_ranks(similarity) for name, similarity in zip(RANKED, similarities, strict=True)}
    words = [SEPARATOR.join(sorted(words)) for words in search.words]
    table = search.sentences[["video", "start_ms", "end_ms", "text"]].assign(words=words, **ranks)
    with finished(path) as part:
        table.to_csv(part, sep="\t", index=False, lineterminator="\n", encoding="utf-8", float_format="%.8g")


def write_similarities(search: Search, path: Path | str) -> None:
    """Writes ``recognised_signs`` float32 (n, n) and ``common_space`` float32 (seeds, n, n), texts in rows; ``video``,
    ``start_ms``, ``end_ms``, ``text`` and ``words`` (n,) of the sentences, the recognised words with ``|`` between
    them; and the attribute signspot. Texts are UTF-8.
    """
    sentences = search.sentences
    with new_arrays(path) as file:
        for name, similarity in (("recognised_signs", search.recognised_signs), ("common_space", search.common_space)):
            write_rows(file, name, similarity.astype(np.float32))
        for column in ("video", "text"):
            write_rows(file, column, text_array(sentences[column]))
        write_rows(file, "words", text_array(SEPARATOR.join(sorted(words)) for words in search.words))
        for column in ("start_ms", "end_ms"):
            write_rows(file, column, sentences[column].to_numpy(np.int64))
        write_attributes(file, {"signspot": __version__})
