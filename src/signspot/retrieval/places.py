"""Search in an index: the places of a video corpus that answer a query, the best first.

A place holds signs of the query that belong together: those within one sentence, or, outside of sentences, such that
each begins at most 5 s after those before have ended. A time of the query (``within 3 s``) takes the place of both
rules. Without an order a place holds each sign of the query at most once, and no sign counts in two places. Places are
ranked by the share of the signs of the query that they hold, then by the mean score of these, then by video and time.
So a single sign has a place wherever it occurs. Unlike the similarity of :mod:`signspot.retrieval.words`, the share
does not fall with further signs of a long sentence. A query of text alone gives the sentences that hold it.

Where a text is asked for by its meaning, the places are sentences, the most similar first: by the cosine of both in the
common space of the index, or by the mean of this and of the similarity of their signs, where signs are asked for too.
"""

import heapq
import json
import logging
import os
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from signspot.corpus.names import folded
from signspot.errors import InputError, shown
from signspot.retrieval.chains import Found, gathered, in_order
from signspot.retrieval.index import Sentence, opened
from signspot.retrieval.points import alike
from signspot.retrieval.query import Phrase, Query, fits, pattern_pieces
from signspot.retrieval.words import SignWords
from signspot.rows import nfc

log = logging.getLogger(__name__)

REACH_MS = 5000
"""Outside of sentences, the longest time between two signs that belong together."""
NEAR = 3
"""So many similar names are told for one that is unknown."""
SAID = "SELECT rowid FROM sentence_words WHERE sentence_words MATCH :words"
OF_VIDEO = "(:signer IS NULL OR video.signer = :signer) AND (:video IS NULL OR video.name = :video)"
SIGNS = f"""
SELECT place.video, place.sentence, place.sign, place.start_ms, place.end_ms, place.score
FROM place JOIN video ON video.id = place.video
WHERE place.sign IN (SELECT value FROM json_each(:signs)) AND place.score >= :least AND {OF_VIDEO}
"""
VIDEOS = f"SELECT id FROM video WHERE {OF_VIDEO} ORDER BY id"
SENTENCES = f"""
SELECT sentence.video, sentence.id, sentence.start_ms, sentence.end_ms
FROM sentence JOIN video ON video.id = sentence.video
WHERE {OF_VIDEO} AND sentence.id IN ({SAID}) ORDER BY sentence.video, sentence.start_ms
"""


@dataclass(frozen=True)
class Only:
    """Which places count: those of a signer and of a video ("" for all), and signs with at least a score, 0 … 1."""

    signer: str = ""
    video: str = ""
    min_score: float = 0.0


class PlaceSign(NamedTuple):
    """A sign of a place: its gloss, start and end in ms of the video, and its score."""

    sign: str
    start_ms: int
    end_ms: int
    score: float


@dataclass(frozen=True)
class Place:
    """A place that answers a query.

    Args:
        video: its name.
        media: its file, relative to the working directory or absolute; "" if it is unknown.
        signer: "" if unknown.
        source: the kind of what was indexed: annotations, spottings or predictions.
        start_ms, end_ms: of its signs, or of the sentence if the query has none; end exclusive.
        share: of the signs of the query that it holds, 0 … 1.
        score: the mean of those of its signs; 1 for a sentence that holds a text; how similar a sentence is, -1 … 1, if
            a text is asked for by its meaning.
        signs: in the order of time.
        sentence: in which it lies; None if there is none.
    """

    video: str
    media: str
    signer: str
    source: str
    start_ms: int
    end_ms: int
    share: float
    score: float
    signs: tuple[PlaceSign, ...]
    sentence: Sentence | None


@dataclass(frozen=True)
class Answer:
    """The best places of a query, how many there are in all, and the signs of the query as they were understood."""

    places: list[Place]
    found: int
    signs: list[str]


class _Ranked(NamedTuple):
    """A place as it is ranked; the smaller the better."""

    lacks: float
    bad: float
    video: int
    start_ms: int
    end_ms: int
    sentence: int | None
    signs: tuple[Found, ...]


@dataclass(frozen=True)
class _Term:
    """A sign of the query: how it is written, and the signs of the index that it means."""

    text: str
    signs: frozenset[int]


def search(folder: Path, query: Query, only: Only = Only(), limit: int = 20, like: np.ndarray | None = None) -> Answer:
    """The places of an index that answer a query.

    Args:
        folder: of the index.
        query: what is asked for.
        only: which places count.
        limit: so many places at most, the best.
        like: the point of ``query.like`` in the common space of the index, float32 (dim,); None without such a text.

    Raises:
        InputError: the index cannot be used or has no sentences to search, or a sign, signer or video is unknown; the
            message names similar ones.
    """
    with opened(folder) as database:
        _check_only(database, only)
        _check_sentences(database, query, folder)
        terms = _terms(database, query)
        counter = Counter[str]()
        ranked = _ranked(database, query, terms, only) if like is None else _alike(database, query, terms, only, like)
        best = heapq.nsmallest(limit, _counted(ranked, counter))
        places = [_place(database, folder, one, len(terms)) for one in best]
    return Answer(places, counter["places"], [term.text for term in terms])


def moved(folder: Path, places: Iterable[Place]) -> list[str]:
    """The files of places that were there when their videos were indexed, and are not there now."""
    media = {place.media for place in places if place.media and not Path(place.media).is_file()}
    with opened(folder) as database:
        there = {_media(folder, path) for (path,) in database.execute("SELECT DISTINCT media FROM video WHERE there")}
    return sorted(media & there)


def _counted(ranked: Iterator[_Ranked], counter: Counter[str]) -> Iterator[_Ranked]:
    for one in ranked:
        counter["places"] += 1
        yield one


def _check_only(database: sqlite3.Connection, only: Only) -> None:
    for column, value in (("signer", only.signer), ("name", only.video)):
        known = [name for (name,) in database.execute(f"SELECT DISTINCT {column} FROM video")]
        if value and nfc(value) not in known:
            option = "--signer" if column == "signer" else "--video"
            raise InputError(
                f"{option} {shown(value)}: the index has none of this name{_near(value, known)}. Correct it, or leave "
                f"{option} out."
            )


def _check_sentences(database: sqlite3.Connection, query: Query, folder: Path) -> None:
    if query.phrases and not database.execute("SELECT 1 FROM sentence LIMIT 1").fetchone():
        raise InputError(
            f"{folder}: the index has no sentences, so that their text cannot be searched. Give it some: "
            f"signspot index SOURCE --sentences FILE --out {folder}"
        )


def _near(text: str, known: Collection[str]) -> str:
    """Names that are similar to a text, for a message; "" if there are none."""
    by_folded = {folded(name): name for name in known if name}
    near = get_close_matches(folded(text), by_folded, NEAR)
    return f"; similar: {', '.join(by_folded[name] for name in near)}" if near else ""


def _terms(database: sqlite3.Connection, query: Query) -> list[_Term]:
    """The signs of the query; those that no gloss means are told and left out, unless their order was asked for.

    Raises:
        InputError: all are unknown, or one of those in an order.
    """
    meant: dict[str, set[int]] = {}
    for phrase, sign in database.execute("SELECT phrase, sign FROM name"):
        meant.setdefault(phrase, set()).add(sign)
    terms = [term for text in query.signs for term in _of_text(text, meant)]
    unknown = [term.text for term in terms if not term.signs]
    if unknown:
        glosses = [gloss for (gloss,) in database.execute("SELECT gloss FROM sign")]
        faults = [f"no sign of the index is called {shown(text)}{_near(text, glosses)}." for text in unknown]
        if query.ordered or len(unknown) == len(terms):
            raise InputError(
                "\n".join([*faults, "Name glosses or aliases of the index; text:WORD searches sentences."])
            )
        for fault in faults:
            log.warning("%s It is left out.", fault)
    known = [term for term in terms if term.signs]
    return known if query.ordered else list({term.signs: term for term in known}.values())


def _of_text(text: str, meant: Mapping[str, set[int]]) -> list[_Term]:
    if "*" in text:
        pieces = pattern_pieces(text)
        signs = (signs for phrase, signs in meant.items() if fits(pieces, phrase))
        return [_Term(text, frozenset().union(*signs))]
    words = SignWords(tuple(meant), {tuple(phrase.split()): phrase for phrase in meant})
    return [_Term(word, frozenset(meant.get(word, ()))) for word in words.of_text(text)]


def _ranked(database: sqlite3.Connection, query: Query, terms: Sequence[_Term], only: Only) -> Iterator[_Ranked]:
    """All places, video by video."""
    signs = json.dumps(sorted({sign for term in terms for sign in term.signs}))
    values = _of_video(only) | {"signs": signs, "least": only.min_score, "words": _words(query)}
    if not terms:
        for video, sentence, start, end in database.execute(SENTENCES, values):
            yield _Ranked(0, -1, video, start, end, sentence, ())
        return
    within = f"AND place.sentence IN ({SAID})" if query.phrases else ""
    rows = database.execute(f"{SIGNS} {within} ORDER BY place.video, place.start_ms, place.end_ms", values)
    for video, of_video in groupby(rows, key=lambda row: row[0]):
        for sentence, signs, reach in _groups(of_video, terms, query):
            for chain in (in_order if query.ordered else gathered)(signs, len(terms), reach):
                score = sum(found.score for found in chain) / len(chain)
                end = max(found.end_ms for found in chain)
                yield _Ranked(-len(chain) / len(terms), -score, video, chain[0].start_ms, end, sentence, tuple(chain))


def _alike(
    database: sqlite3.Connection, query: Query, terms: Sequence[_Term], only: Only, like: np.ndarray
) -> Iterator[_Ranked]:
    """All sentences with a point, video by video."""
    videos = [video for (video,) in database.execute(VIDEOS, _of_video(only))]
    said = {number for (number,) in database.execute(SAID, {"words": _words(query)})} if query.phrases else None
    for one in alike(database, like, [term.signs for term in terms], videos, said, only.min_score):
        yield _Ranked(0, -one.similarity, one.video, one.start_ms, one.end_ms, one.sentence, one.signs)


def _of_video(only: Only) -> dict[str, Any]:
    return {"signer": nfc(only.signer) or None, "video": nfc(only.video) or None}


def _words(query: Query) -> str:
    return " AND ".join(map(_matching, query.phrases))


def _matching(phrase: Phrase) -> str:
    """The words of a phrase as FTS5 reads them. Its quotation marks hold letters, their marks and digits alone."""
    return f'"{" ".join(phrase.words)}"{" *" if phrase.goes_on else ""}'


def _groups(
    rows: Iterable[Sequence], terms: Sequence[_Term], query: Query
) -> Iterator[tuple[int | None, list[Found], float]]:
    """Signs of a video of which some may belong together: the sentence, the signs by start, and how far they reach."""
    of_sign: dict[int, list[int]] = {}
    for number, term in enumerate(terms):
        for sign in term.signs:
            of_sign.setdefault(sign, []).append(number)
    groups: dict[int | None, list[Found]] = {}
    for _, sentence, sign, start, end, score in rows:
        if sign not in of_sign:
            raise sqlite3.DatabaseError("a list of places leads to others")
        found = Found(start, end, score, sign, tuple(of_sign[sign]), sentence)
        groups.setdefault(None if query.within_ms is not None else sentence, []).append(found)
    for sentence, signs in groups.items():
        if query.within_ms is not None:
            yield None, signs, query.within_ms
        else:
            yield sentence, signs, REACH_MS if sentence is None else float("inf")


def _media(folder: Path, stored: str) -> str:
    """The path of a file as it is seen from the working directory."""
    return stored and os.path.normpath(folder / stored)


def _place(database: sqlite3.Connection, folder: Path, one: _Ranked, terms: int) -> Place:
    name, media, signer, kind = database.execute(
        "SELECT video.name, media, signer, source.kind FROM video JOIN source ON source.id = video.source "
        "WHERE video.id = ?",
        (one.video,),
    ).fetchone()
    glosses = (
        database.execute("SELECT gloss FROM sign WHERE id = ?", (found.sign,)).fetchone()[0] for found in one.signs
    )
    signs = tuple(
        PlaceSign(gloss, found.start_ms, found.end_ms, found.score)
        for gloss, found in zip(glosses, one.signs, strict=True)
    )
    number = one.sentence if one.sentence is not None or not one.signs else one.signs[0].sentence
    row = database.execute("SELECT start_ms, end_ms, text FROM sentence WHERE id = ?", (number,)).fetchone()
    return Place(
        name,
        _media(folder, media),
        signer,
        kind,
        one.start_ms,
        one.end_ms,
        len(one.signs) / max(terms, 1),
        -one.bad,
        signs,
        Sentence(*row) if row else None,
    )
