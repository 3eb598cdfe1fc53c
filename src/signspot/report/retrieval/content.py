"""What the page of a search by text knows: the scores of all searches, and of each sentence ranks and first places."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signspot.errors import InputError
from signspot.files import read_object
from signspot.report.inputs import read_table
from signspot.report.scripted import address
from signspot.retrieval.results import RANKED, SEPARATOR

DIRECTIONS = {"text_to_video": "text → sentence", "video_to_text": "sentence → text"}
SCORES = {"R1": "R@1, %", "R5": "R@5, %", "R10": "R@10, %", "MedR": "median rank", "MeanR": "mean rank"}
DIGITS = 4
"""Of similarities."""
TIMES = ["start_ms", "end_ms"]
CLIP = ["video", *TIMES]
AGAIN = "Run the search of the run again."


@dataclass(frozen=True)
class Results:
    """What a run wrote of its search.

    Args:
        scores: content of ``retrieval.json``, see :func:`signspot.retrieval.evaluation.retrieval_json`.
        ranks: of each sentence video, start_ms, end_ms, text, words, and its rank by each search.
        places: the first places of the texts: text, rank, video, start_ms, end_ms, similarity; as many of each text, in
            the order of the sentences.
    """

    scores: Mapping[str, Any]
    ranks: pd.DataFrame
    places: pd.DataFrame


@dataclass(frozen=True)
class Row:
    """A row of the table of scores: a search, and of each score its mean and its deviation.

    Args:
        search: in words.
        means: in the order of ``SCORES``.
        deviations: over the trainings of the common space; None for a search that learns nothing.
        best: which of the means no other search surpasses in this direction.
    """

    search: str
    means: tuple[float, ...]
    deviations: tuple[float, ...] | None
    best: tuple[bool, ...]


def read_results(scores: Path, ranks: Path, places: Path) -> Results:
    """The files of a search: ``retrieval.json``, ``ranks.tsv`` and ``rankings.tsv``.

    Raises:
        InputError: a file is missing or wrong, or they are not of one search.
        DamagedStore: the scores are no JSON.
    """
    told = read_object(scores, ("gallery", "chance", *RANKED))
    sentences = read_table(ranks, ("video", "text", "words"), (*TIMES, *RANKED))
    found = read_table(places, ("text", "video"), (*TIMES, "rank", "similarity"))
    for path, table in ((ranks, sentences), (places, found)):
        if table.isna().any(axis=None):
            raise InputError(f"{path}: a number is missing, or none. {AGAIN}")
    each = len(found) // max(len(sentences), 1)
    if not each or not np.array_equal(found["text"], np.repeat(sentences["text"].to_numpy(), each)):
        raise InputError(f"{places}: has not the texts of {ranks}. {AGAIN}")
    unknown = ~found.set_index(CLIP).index.isin(sentences.set_index(CLIP).index)
    if unknown.any():
        raise InputError(f"{places}, line {unknown.argmax() + 2}: is no sentence of {ranks}. {AGAIN}")
    return Results(told, sentences.astype(dict.fromkeys(TIMES, int)), found.astype(dict.fromkeys(TIMES, int)))


def table_rows(scores: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The rows of the table of scores by direction, in words: one of each search."""
    return {said: list(_of_direction(scores, direction)) for direction, said in DIRECTIONS.items()}


def _of_direction(scores: Mapping[str, Any], direction: str) -> Iterator[Row]:
    means = [_numbers(scores[search].get("mean", scores[search]), direction) for search in RANKED]
    best = [
        (max if name.startswith("R") else min)(column)
        for name, column in zip(SCORES, zip(*means, strict=True), strict=True)
    ]
    for search, mean in zip(RANKED, means, strict=True):
        told = scores[search].get("deviation")
        deviations = _numbers(told, direction) if told else None
        is_best = tuple(value == most for value, most in zip(mean, best, strict=True))
        yield Row(RANKED[search], mean, deviations, is_best)


def _numbers(scores: Mapping[str, Any], direction: str) -> tuple[float, ...]:
    return tuple(scores[direction][name] for name in SCORES)


def by_chance(scores: Mapping[str, Any]) -> tuple[float, ...]:
    """The scores of a random order, in the order of ``SCORES``."""
    found = (100 * min(int(name[1:]) / scores["gallery"], 1) for name in SCORES if name.startswith("R"))
    return (*found, *(scores["chance"] for name in SCORES if not name.startswith("R")))


def content(results: Results, videos: Mapping[str, Path], folder: Path) -> dict[str, Any]:
    """The content of the page for its scripts. Sentences and videos are numbered; times are in ms of the video.

    Args:
        results: of the search.
        videos: the file of each video.
        folder: of the page, from which the videos are found.
    """
    names = list(dict.fromkeys(results.ranks["video"]))
    number = {name: count for count, name in enumerate(names)}
    return {
        "searches": list(RANKED.values()),
        "videos": [{"name": name, "src": address(videos[name], folder)} for name in names],
        "sentences": [
            (number[video], start, end, text, words.split(SEPARATOR) if words else [], ranks)
            for video, start, end, text, words, *ranks in results.ranks[[*CLIP, "text", "words", *RANKED]].itertuples(
                index=False, name=None
            )
        ],
        "places": _places(results),
    }


def _places(results: Results) -> list[Sequence[tuple[int, float, float]]]:
    """Of each sentence its first places: the number of the sentence that is found, its rank and its similarity."""
    clips = results.ranks[CLIP].itertuples(index=False, name=None)
    number = dict(reversed([(clip, count) for count, clip in enumerate(clips)]))
    found = [
        (number[tuple(clip)], rank, round(similarity, DIGITS))
        for *clip, rank, similarity in results.places[[*CLIP, "rank", "similarity"]].itertuples(index=False, name=None)
    ]
    each = len(found) // len(results.ranks)
    return [found[start : start + each] for start in range(0, len(found), each)]
