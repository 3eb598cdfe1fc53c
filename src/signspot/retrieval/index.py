"""The index of a search: places of signs and sentences in videos, in one file of SQLite in a folder.

What a video holds is written again only if the digest of its content changed. Paths of media are stored as seen from
the folder, so that index, tables and videos can move together.
"""

import os
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np

from signspot.corpus.tables import seen_from
from signspot.errors import InputError, bare, shown
from signspot.retrieval import points
from signspot.retrieval.points import KeptSpace
from signspot.retrieval.words import split_words

FILE = "places.sqlite"
APPLICATION = 0x5349474E
"""By which SQLite tells our files from others."""
VERSION = 2
SCHEMA = """
CREATE TABLE source (id INTEGER PRIMARY KEY, path TEXT NOT NULL, kind TEXT NOT NULL, UNIQUE (path, kind)) STRICT;
CREATE TABLE video (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, media TEXT NOT NULL,
    there INTEGER NOT NULL, signer TEXT NOT NULL, UNIQUE (source, name)
) STRICT;
CREATE TABLE sign (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, gloss TEXT NOT NULL) STRICT;
CREATE TABLE name (source INTEGER NOT NULL, phrase TEXT NOT NULL, sign INTEGER NOT NULL) STRICT;
CREATE TABLE sentence (
    id INTEGER PRIMARY KEY, video INTEGER NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE place (
    video INTEGER NOT NULL, sign INTEGER NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
    score REAL NOT NULL, sentence INTEGER
) STRICT;
CREATE INDEX place_of_sign ON place (sign, video);
CREATE INDEX place_of_video ON place (video);
CREATE INDEX sentence_of_video ON sentence (video);
CREATE VIRTUAL TABLE sentence_words USING fts5 (words, tokenize = 'ascii');
"""
"""The words of a sentence are ours, with spaces between them: the tokenizer parts them there and nowhere else."""

NEW_SIGN = "INSERT INTO sign (word, gloss) VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET gloss = excluded.gloss"


class SignPlace(NamedTuple):
    """Where a sign is: the word of the sign, start and end in ms of the video (end exclusive), and a score, 0 … 1."""

    word: str
    start_ms: int
    end_ms: int
    score: float


class Sentence(NamedTuple):
    """What is said in a written language, from start to end in ms of the video (exclusive)."""

    start_ms: int
    end_ms: int
    text: str


def no_points(sentences: Sequence[Sentence]) -> list[np.ndarray | None]:
    """None for each sentence: it is found by its signs and words alone."""
    return [None] * len(sentences)


@dataclass(frozen=True)
class VideoPlaces:
    """A video of a source.

    Args:
        name: its name.
        media: its file; None if it is unknown.
        signer: "" if unknown.
        digest: changes if anything of this video does.
        signs: makes the places of its signs; called only if the digest is new.
        sentences: by start.
        points: makes the points of sentences in a common space, float32 (dim,), None for those without one; called as
            ``signs`` is.
    """

    name: str
    media: Path | None
    signer: str
    digest: str
    signs: Callable[[], Iterable[SignPlace]]
    sentences: Sequence[Sentence] = ()
    points: Callable[[Sequence[Sentence]], Sequence[np.ndarray | None]] = no_points


@dataclass(frozen=True)
class Source:
    """What is indexed together.

    Args:
        path: the folder or file that it comes from.
        kind: annotations, spottings or predictions.
        glosses: how each word of a sign is shown.
        names: what a sign is called in queries, in words with spaces between them -> the word of the sign. Each word
            names itself.
        videos: its videos.
    """

    path: Path
    kind: str
    glosses: Mapping[str, str]
    names: Mapping[str, str]
    videos: Iterable[VideoPlaces]


@dataclass
class Counts:
    """How many videos of a source are new, changed, as before, and gone."""

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Updated:
    """What became of an index: counts by source, how much it holds, and sources that are no longer where they were.

    ``points`` are those of sentences in a common space.
    """

    counts: list[tuple[Source, Counts]] = field(default_factory=list)
    signs: int = 0
    sentences: int = 0
    points: int = 0
    lost: list[str] = field(default_factory=list)


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database of an index, to read.

    Raises:
        InputError: there is none, it has another version, or it is damaged.
    """
    path = folder / FILE
    if not path.is_file() or not path.stat().st_size:
        raise InputError(
            f"{folder}: holds no index. Was it moved? Name its folder by --index, or make it: signspot index "
            f"SOURCE --out {folder}"
        )
    with _database(path, "ro") as database:
        yield database


@contextmanager
def _database(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    again = f"Delete {path} and call signspot index again."
    try:
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            fresh = mode == "rwc" and not path.stat().st_size
            if not fresh:
                _check(database, path, again)
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter where the names of tables are damaged
        raise InputError(f"{path}: cannot be used as an index ({error}). {again}") from error


def _check(database: sqlite3.Connection, path: Path, again: str) -> None:
    application, version = (
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application != APPLICATION:
        raise InputError(f"{path}: is no index of signspot. {again}")
    if version != VERSION:
        raise InputError(f"{path}: is an index of version {version}, expected {VERSION}. {again}")
    (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise InputError(f"{path}: is damaged ({bare(found)}). {again}")


def update(folder: Path, sources: Iterable[Source], space: KeptSpace | None = None) -> Updated:
    """Writes what changed in these sources into the index of a folder, which is made if it is not there.

    Other sources of the index stay as they are. Nothing is changed if this fails.

    Args:
        folder: of the index.
        sources: what is indexed.
        space: the common space in which sentences of these sources have points; None if they have none.

    Raises:
        InputError: the index has another version or is damaged, or another process writes it; a source is wrong; a sign
            ends before it starts, or has a score that is not 0 … 1; or other sources of the index have points in
            another common space.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, result = folder / FILE, Updated()
    with _database(path, "rwc") as database:
        database.execute("BEGIN IMMEDIATE")
        if not path.stat().st_size:
            _create(database)
        number = points.write_space(database, folder, space) if space else None
        for source in sources:
            result.counts.append((source, _write(database, folder, source, number)))
        points.keep_one_space(database, folder)
        database.execute("DELETE FROM sign WHERE id NOT IN (SELECT sign FROM place UNION SELECT sign FROM name)")
        database.execute("COMMIT")
        held = [database.execute(f"SELECT count(*) FROM {of}").fetchone()[0] for of in ("place", "sentence", "point")]
        paths = [path for (path,) in database.execute("SELECT path FROM source ORDER BY id")]
    lost = [found for found in (os.path.normpath(folder / path) for path in paths) if not Path(found).exists()]
    return Updated(result.counts, *held, lost)


def _create(database: sqlite3.Connection) -> None:
    for statement in (SCHEMA + points.SCHEMA).split(";\n"):
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION}")
    database.execute(f"PRAGMA user_version = {VERSION}")


def _write(database: sqlite3.Connection, folder: Path, source: Source, space: int | None) -> Counts:
    key = seen_from(folder, str(source.path)), source.kind
    database.execute("INSERT OR IGNORE INTO source (path, kind) VALUES (?, ?)", key)
    (number,) = database.execute("SELECT id FROM source WHERE path = ? AND kind = ?", key).fetchone()
    database.executemany(NEW_SIGN, source.glosses.items())
    ids = dict(database.execute("SELECT word, id FROM sign"))
    database.execute("DELETE FROM name WHERE source = ?", (number,))
    names = ((number, phrase, ids[word]) for phrase, word in source.names.items())
    database.executemany("INSERT INTO name (source, phrase, sign) VALUES (?, ?, ?)", names)
    rows = database.execute("SELECT name, id, digest FROM video WHERE source = ?", (number,))
    before = {name: (video, digest) for name, video, digest in rows}
    counts = Counts()
    for video in source.videos:
        known, digest = before.pop(video.name, (None, ""))
        if digest == video.digest:
            counts.same += 1
            continue
        if known is None:
            counts.new += 1
        else:
            counts.changed += 1
            _remove(database, known)
        said = _insert(database, folder, number, replace(video, signs=partial(_checked, source, video)), ids)
        if space is not None:
            points.write_points(database, space, said, video.points(sorted(video.sentences)))
    for known, _ in before.values():
        counts.gone += 1
        _remove(database, known)
    return counts


def _checked(source: Source, video: VideoPlaces) -> Iterator[SignPlace]:
    for place in video.signs():
        wrong = ""
        if place.end_ms < place.start_ms:
            wrong = f"ends at {place.end_ms} ms, before it starts at {place.start_ms} ms"
        elif not 0 <= place.score <= 1:
            wrong = f"has the score {place.score:g}, expected 0 to 1"
        if wrong:
            sign = shown(source.glosses[place.word])
            raise InputError(
                f"{source.path}: video {video.name}: the sign {sign} {wrong}. Correct the {source.kind}, or make them "
                "anew, and index again; the index stays as it was."
            )
        yield place


def _remove(database: sqlite3.Connection, video: int) -> None:
    points.remove_points(database, video)
    database.execute("DELETE FROM sentence_words WHERE rowid IN (SELECT id FROM sentence WHERE video = ?)", (video,))
    for table, column in (("sentence", "video"), ("place", "video"), ("video", "id")):
        database.execute(f"DELETE FROM {table} WHERE {column} = ?", (video,))


def _insert(
    database: sqlite3.Connection, folder: Path, source: int, video: VideoPlaces, ids: Mapping[str, int]
) -> list[int]:
    """Writes a video; gives the numbers of its sentences, by start."""
    media = seen_from(folder, str(video.media)) if video.media else ""
    there = bool(video.media and video.media.is_file())
    row = (source, video.name, video.digest, media, there, video.signer)
    number = database.execute(
        "INSERT INTO video (source, name, digest, media, there, signer) VALUES (?, ?, ?, ?, ?, ?)", row
    ).lastrowid
    said = []
    for sentence in sorted(video.sentences):
        into = database.execute(
            "INSERT INTO sentence (video, start_ms, end_ms, text) VALUES (?, ?, ?, ?)", (number, *sentence)
        )
        said.append(into.lastrowid)
        words = " ".join(split_words(sentence.text))
        database.execute("INSERT INTO sentence_words (rowid, words) VALUES (?, ?)", (into.lastrowid, words))
    holding = _Holding(sorted(video.sentences))
    database.executemany(
        "INSERT INTO place (video, sign, start_ms, end_ms, score, sentence) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (number, ids[word], start, end, score, None if (at := holding(start, end)) is None else said[at])
            for word, start, end, score in video.signs()
        ),
    )
    return said


class _Holding:
    """Which of the sentences of a video, sorted by start, holds the middle of a sign; the one that began last."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._starts = [sentence.start_ms for sentence in sentences]
        self._ends = [sentence.end_ms for sentence in sentences]
        self._furthest = list(accumulate(self._ends, max))

    def __call__(self, start_ms: int, end_ms: int) -> int | None:
        middle = (start_ms + end_ms) // 2
        place = bisect_right(self._starts, middle) - 1
        while place >= 0 and self._furthest[place] > middle:
            if self._ends[place] > middle:
                return place
            place -= 1
        return None
