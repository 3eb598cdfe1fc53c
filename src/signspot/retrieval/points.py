"""Sentences of an index as points of a common space: which space it is, and how near each sentence is to a text.

A common space is trained several times. A point here is all points of these trainings, one behind the other, divided by
the root of their number: it has the length 1 too, and the cosine of two of them is the mean of the cosines over the
trainings, by which a run ranks sentences as well. No PyTorch here.
"""

import math
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from signspot.corpus.tables import seen_from
from signspot.errors import InputError
from signspot.retrieval.chains import Found
from signspot.retrieval.combination import combined

SCHEMA = """
CREATE TABLE space (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, run TEXT NOT NULL, seeds INTEGER NOT NULL,
    vectors TEXT NOT NULL, sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE point (sentence INTEGER PRIMARY KEY, space INTEGER NOT NULL, numbers BLOB NOT NULL) STRICT;
"""
SPACES = "space"
"""The folder of common spaces in that of an index."""
MOST_SEEDS = 1000
"""Trainings of a common space."""
NUMBERS = np.dtype("<f4")
"""Of points on disk."""
POINTS = """
SELECT sentence.id, sentence.start_ms, sentence.end_ms, point.numbers
FROM sentence JOIN point ON point.sentence = sentence.id WHERE sentence.video = ?
ORDER BY sentence.start_ms, sentence.id
"""
SIGNS = """
SELECT sentence, sign, start_ms, end_ms, score
FROM place WHERE video = ? AND sentence IS NOT NULL AND score >= ? ORDER BY start_ms, end_ms
"""


@dataclass(frozen=True)
class KeptSpace:
    """A common space of which an index holds a copy, and points of sentences.

    Args:
        name: of the folder of the copy: a digest of all that tells the point of a text.
        run: the folder of the run that trained it.
        seeds: its trainings.
        vectors: the file of its word vectors; None if these are made from the spelling.
        sha256: the digest of this file; "" without one.
    """

    name: str
    run: Path
    seeds: int
    vectors: Path | None
    sha256: str

    def folders(self, folder: Path) -> list[Path]:
        """Where an index in a folder keeps the networks, one folder for each training."""
        return [folder / SPACES / self.name / f"seed{seed}" for seed in range(1, self.seeds + 1)]


class Alike(NamedTuple):
    """How similar a sentence is to what was asked for.

    Args:
        similarity: the cosine, -1 … 1; where signs were asked for too, its mean with the similarity of the signs.
        video, sentence: their numbers in the index.
        start_ms, end_ms: of the sentence, end exclusive.
        signs: of the query that it holds, of each the best one, by start.
    """

    similarity: float
    video: int
    sentence: int
    start_ms: int
    end_ms: int
    signs: tuple[Found, ...]


def joined(points: Sequence[np.ndarray]) -> np.ndarray:
    """Points of several trainings as one of length 1, float32 (…, trainings · dim).

    Args:
        points: of each training, float32 (…, dim), of length 1.
    """
    return (np.concatenate(points, axis=-1) / math.sqrt(len(points))).astype(np.float32)


def write_space(database: sqlite3.Connection, folder: Path, space: KeptSpace) -> int:
    """Writes which space points are of; gives its number in the index."""
    vectors = seen_from(folder, str(space.vectors)) if space.vectors else ""
    row = (space.name, seen_from(folder, str(space.run)), space.seeds, vectors, space.sha256)
    database.execute(
        "INSERT INTO space (name, run, seeds, vectors, sha256) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
        "SET run = excluded.run, seeds = excluded.seeds, vectors = excluded.vectors, sha256 = excluded.sha256",
        row,
    )
    return database.execute("SELECT id FROM space WHERE name = ?", (space.name,)).fetchone()[0]


def write_points(
    database: sqlite3.Connection, space: int, sentences: Iterable[int], points: Iterable[np.ndarray | None]
) -> None:
    """Writes the points of sentences, as far as they have some.

    Args:
        space: its number, see :func:`write_space`.
        sentences: their numbers.
        points: float32 (dim,) of each; None for a sentence without one.
    """
    rows = zip(sentences, points, strict=True)
    database.executemany(
        "INSERT INTO point (sentence, space, numbers) VALUES (?, ?, ?)",
        ((sentence, space, point.astype(NUMBERS).tobytes()) for sentence, point in rows if point is not None),
    )


def remove_points(database: sqlite3.Connection, video: int) -> None:
    """Removes the points of the sentences of a video."""
    database.execute("DELETE FROM point WHERE sentence IN (SELECT id FROM sentence WHERE video = ?)", (video,))


def keep_one_space(database: sqlite3.Connection, folder: Path) -> None:
    """Forgets spaces without points.

    Raises:
        InputError: there are points of two spaces, which cannot be compared.
    """
    database.execute("DELETE FROM space WHERE id NOT IN (SELECT space FROM point)")
    runs = [_from(folder, run) for (run,) in database.execute("SELECT run FROM space ORDER BY id")]
    if len(runs) > 1:
        raise InputError(
            f"{folder}: sentences would have points of two common spaces, of {runs[0]} and of {runs[-1]}, which cannot "
            f"be compared. Index all sources in one call, with --space {runs[-1]}, or take another --out."
        )


def space_of(database: sqlite3.Connection, folder: Path) -> KeptSpace:
    """The common space of an index.

    Raises:
        InputError: it has none.
    """
    row = database.execute("SELECT name, run, seeds, vectors, sha256 FROM space").fetchone()
    if row is None:
        raise InputError(
            f"{folder}: the index holds no common space, so that nothing is found by --like. Give it that of a run "
            f"with retrieval: signspot index SOURCE --sentences FILE --space RUN --out {folder}"
        )
    name, run, seeds, vectors, digest = row
    if not name.isalnum() or not 1 <= seeds <= MOST_SEEDS:
        raise sqlite3.DatabaseError("the description of its common space is damaged")
    return KeptSpace(name, Path(_from(folder, run)), seeds, Path(_from(folder, vectors)) if vectors else None, digest)


def alike(
    database: sqlite3.Connection,
    text: np.ndarray,
    terms: Sequence[AbstractSet[int]],
    videos: Iterable[int],
    sentences: AbstractSet[int] | None,
    least: float,
) -> Iterator[Alike]:
    """How similar every sentence with a point is. Memory holds one video at a time.

    The similarity of signs is that of :func:`signspot.retrieval.words.similarities`: the terms that a sentence holds,
    divided by all terms and the other signs of the sentence.

    Args:
        text: its point, float32 (dim,).
        terms: of each sign of the query, the numbers of the signs that it means; none if no sign was asked for.
        videos: the numbers of those that are searched.
        sentences: the numbers of those that count; None for all.
        least: the score of a sign, at least.
    """
    for video in videos:
        rows = [row for row in database.execute(POINTS, (video,)) if sentences is None or row[0] in sentences]
        if not rows:
            continue
        similarity = _cosines(text, [numbers for *_, numbers in rows])
        held: Mapping[int, list[Found]] = {}
        if terms:
            held = _held(database.execute(SIGNS, (video, least)), terms)
            overlap = np.array([[_overlap(held.get(row[0], ()), terms) for row in rows]])
            similarity = combined(overlap, similarity[None])[0]
        for (sentence, start, end, _), similar in zip(rows, similarity.tolist(), strict=True):
            yield Alike(similar, video, sentence, start, end, _best(held.get(sentence, ())))


def _cosines(text: np.ndarray, points: Sequence[bytes]) -> np.ndarray:
    if any(len(numbers) != text.size * NUMBERS.itemsize for numbers in points):
        raise sqlite3.DatabaseError("the points of sentences have another length than those of texts")
    cosines = np.frombuffer(b"".join(points), NUMBERS).reshape(len(points), -1) @ text
    if not np.isfinite(cosines).all():
        raise sqlite3.DatabaseError("a point of a sentence is not finite")
    return cosines.astype(float)


def _held(rows: Iterable[Sequence[Any]], terms: Sequence[AbstractSet[int]]) -> dict[int, list[Found]]:
    """The signs of each sentence by start, with the terms of the query that they are."""
    held: dict[int, list[Found]] = {}
    for sentence, sign, start, end, score in rows:
        mine = tuple(number for number, term in enumerate(terms) if sign in term)
        held.setdefault(sentence, []).append(Found(start, end, score, sign, mine, sentence))
    return held


def _overlap(signs: Iterable[Found], terms: Sequence[AbstractSet[int]]) -> float:
    """Intersection over union of the signs of a query and those of a sentence, 0 … 1."""
    told = {number for found in signs for number in found.terms}
    others = {found.sign for found in signs if not found.terms}
    return len(told) / (len(terms) + len(others))


def _best(signs: Iterable[Found]) -> tuple[Found, ...]:
    """Of each sign of the query the best one, the first of equal ones, by start."""
    best: dict[int, Found] = {}
    for found in signs:
        for term in found.terms:
            if term not in best or found.score > best[term].score:
                best[term] = found
    return tuple(sorted(set(best.values())))


def _from(folder: Path, stored: str) -> str:
    """A path as it is seen from the working directory."""
    return os.path.normpath(folder / stored)
