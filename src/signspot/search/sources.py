"""What can be indexed: annotations, spottings, and the signs that a spotter recognises in the windows of videos."""

import hashlib
import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.corpus.challenge import read_vocabulary
from signspot.corpus.elan import Elan
from signspot.corpus.sentences import read_sentences
from signspot.corpus.tables import COLUMNS, class_ids, read_tables, vocabulary_of, with_found_paths
from signspot.errors import InputError
from signspot.files import sha256
from signspot.intake.folder import linked
from signspot.predictions import Predictions, read_predictions
from signspot.retrieval.index import Sentence, SignPlace, Source, VideoPlaces
from signspot.retrieval.words import SignWords
from signspot.rows import read_rows, require
from signspot.search.staged import StagedRows
from signspot.spottings import read_spotting_blocks
from signspot.stores import RunFiles

log = logging.getLogger(__name__)

EXPECTED = (
    "Expected a folder of tables (videos.tsv, annotations.tsv), of a run or of spotted videos (spottings.tsv), or a "
    "table of spottings."
)
SENTENCES = "sentences.tsv"


@dataclass(frozen=True)
class Options:
    """How sources are read.

    Args:
        sentences: the table of sentences; None: the one beside the tables of a source, if there is one.
        videos: the table of the videos of spottings; None: that of the corpus of a run.
        spotter: of a run, whose predictions are taken in the place of spottings; "" for spottings.
        threshold: the probability of a sign in a window must be larger.
    """

    sentences: Path | None = None
    videos: Path | None = None
    spotter: str = ""
    threshold: float = 0.5


@dataclass(frozen=True)
class _Films:
    """The videos of a source: their files and signers, as far as they are known, and their sentences."""

    media: Mapping[str, Path]
    signers: Mapping[str, str]
    sentences: Mapping[str, Sequence[Sentence]]

    def places(self, video: str, content: str, signs: Callable[[], Iterable[SignPlace]]) -> VideoPlaces:
        """A video with all that is known of it; ``content`` changes if its signs do."""
        media, signer, said = self.media.get(video), self.signers.get(video, ""), self.sentences.get(video, ())
        told = repr((str(media), signer, list(said), content))
        return VideoPlaces(video, media, signer, hashlib.sha256(told.encode()).hexdigest(), signs, said)


def read_source(path: Path, options: Options) -> Source:
    """What a folder or a file holds for the index.

    Raises:
        InputError: it is missing or holds nothing that can be indexed, or a table is wrong.
    """
    if options.spotter:
        return _predictions(path, options)
    if (path / "videos.tsv").is_file() and (path / "annotations.tsv").is_file():
        return _annotations(path, options)
    table = path / "spottings.tsv" if path.is_dir() else path
    if not table.is_file():
        raise InputError(f"{path}: holds nothing to index. {EXPECTED}")
    return _spottings(path, table, options)


def _annotations(folder: Path, options: Options) -> Source:
    tables = read_tables(folder / "videos.tsv", folder / "annotations.tsv")
    known = folder / "vocabulary.tsv"
    signs = read_vocabulary(known) if known.is_file() else tables.vocabulary
    said = options.sentences or _if_there(folder / SENTENCES)
    films = _films(tables.videos, said)
    rows = StagedRows(folder / "annotations.tsv", [tables.annotations.assign(score=1.0)])
    return _of_rows(folder, "annotations", rows, signs, films, tables.videos["video"].tolist())


def _spottings(path: Path, table: Path, options: Options) -> Source:
    rows = StagedRows(table, read_spotting_blocks(table))
    folder = table.parent
    tables = _tables_of_run(folder)
    found = options.videos or _if_there(tables / "videos.tsv")
    videos = _video_table(found) if found else _linked_videos(folder, list(rows.videos))
    _tell_unknown(table, rows.videos, found, videos)
    known = _if_there(tables / "vocabulary.tsv")
    signs = read_vocabulary(known) if known else _vocabulary(rows.signs)
    said = options.sentences or _if_there(folder / SENTENCES)
    return _of_rows(path, "spottings", rows, signs, _films(videos, said), list(rows.videos))


def _predictions(folder: Path, options: Options) -> Source:
    files = {path.stem: path for path in sorted(RunFiles(folder).predictions(options.spotter, "").glob("*/*.h5"))}
    tables = _tables_of_run(folder)
    if not files or not (tables / "vocabulary.tsv").is_file():
        raise InputError(
            f"{folder}: holds no predictions of {options.spotter}, or no tables lie in {tables}. Name the folder of a "
            "finished run, and one of its spotters."
        )
    signs = read_vocabulary(tables / "vocabulary.tsv")
    words = SignWords.of_vocabulary(signs)
    films = _films(_video_table(options.videos or tables / "videos.tsv"), options.sentences)
    settings = repr((options.threshold, words.words))
    videos = (
        films.places(video, f"{sha256(path)} {settings}", partial(_recognised, path, words, options.threshold))
        for video, path in files.items()
    )
    return Source(folder, f"predictions of {options.spotter}", _glosses(signs, words), _names(words), videos)


def _recognised(path: Path, words: SignWords, threshold: float) -> Iterator[SignPlace]:
    """The signs of a video: windows next to each other that show one sign are one place."""
    predictions = read_predictions(path)
    if predictions.score.shape[1] - 1 != len(words.words):
        raise InputError(
            f"{path}: has {predictions.score.shape[1] - 1} signs, the vocabulary of the run {len(words.words)}. "
            "Is it a prediction of this run?"
        )
    return _runs(predictions, words, threshold)


def _runs(predictions: Predictions, words: SignWords, threshold: float) -> Iterator[SignPlace]:
    probability = predictions.score[:, 1:]
    if not probability.size:
        return
    best, top = probability.argmax(1), probability.max(1)
    shown = np.where(top > threshold, best, -1)
    starts = np.flatnonzero(np.diff(shown, prepend=-2))
    for start, end in zip(starts, [*starts[1:], len(shown)], strict=True):
        if shown[start] >= 0:
            first, last = predictions.frame[start], predictions.frame[end - 1] + predictions.stride - 1
            times = predictions.timebase.ms_of(int(first), int(min(last, predictions.last)))
            yield SignPlace(words.words[shown[start]], *times, float(top[start:end].max()))


def _of_rows(
    path: Path, kind: str, rows: StagedRows, signs: pd.DataFrame, films: _Films, videos: Sequence[str]
) -> Source:
    """A source of a table; glosses outside the vocabulary count, too."""
    others = _vocabulary(rows.signs - class_ids(signs).keys())
    every = pd.concat([signs.sort_values("class_id"), others], ignore_index=True).fillna("")
    every = every.assign(class_id=range(len(every)))
    words = SignWords.of_vocabulary(every)
    word_of = {gloss: words.words[number] for gloss, number in class_ids(every).items()}

    def places() -> Iterator[VideoPlaces]:
        for video in videos:
            found = [SignPlace(word_of[sign], *more) for sign, *more in rows.of(video)]
            yield films.places(video, repr(found), partial(iter, found))

    return Source(path, kind, _glosses(every, words), _names(words), places())


def _vocabulary(signs: Iterable[str]) -> pd.DataFrame:
    """Glosses as a vocabulary of their own."""
    return vocabulary_of(pd.DataFrame({"sign": sorted(signs)}))


def _glosses(signs: pd.DataFrame, words: SignWords) -> dict[str, str]:
    """The gloss of each word, the first in the vocabulary if there are several."""
    glosses = signs.sort_values("class_id")["sign"]
    return dict(reversed(list(zip(words.words, glosses, strict=True))))


def _names(words: SignWords) -> dict[str, str]:
    return {" ".join(phrase): word for phrase, word in words.meant.items()}


def _films(videos: pd.DataFrame, sentences: Path | None) -> _Films:
    said: dict[str, list[Sentence]] = {}
    if sentences:
        table = read_sentences(sentences, videos["video"].tolist())
        for video, *row in table[["video", "start_ms", "end_ms", "text"]].itertuples(index=False, name=None):
            said.setdefault(video, []).append(Sentence(*row))
    media = {video: Path(path) for video, path in zip(videos["video"], videos["path"], strict=True) if path}
    signers = dict(zip(videos["video"], videos["signer"], strict=True))
    return _Films(media, signers, {video: sorted(rows) for video, rows in said.items()})


def _video_table(path: Path) -> pd.DataFrame:
    table = read_rows(path)
    require(table, COLUMNS["videos"], path)
    return with_found_paths(path.parent, table)


def _tell_unknown(table: Path, spotted: Collection[str], videos: Path | None, known: pd.DataFrame) -> None:
    unknown = sorted(set(spotted) - set(known["video"]))
    if unknown:
        log.warning(
            "%s: %d of %d videos are not in %s, for example %s; their places cannot be played. Is --videos the table "
            "of these spottings?",
            table,
            len(unknown),
            len(spotted),
            videos,
            unknown[0],
        )


def _linked_videos(folder: Path, videos: Sequence[str]) -> pd.DataFrame:
    """The videos of spottings, with the files that the ELAN documents beside the table link."""
    return pd.DataFrame({"video": videos, "path": [_linked(folder, video) for video in videos], "signer": ""})


def _linked(folder: Path, video: str) -> str:
    document = folder / f"{video}.eaf"
    media = Elan.read(document).media if document.is_file() else ()
    return next((str(path) for path in (linked(medium, folder) for medium in media) if path), "")


def _tables_of_run(folder: Path) -> Path:
    """Where the tables of a run lie: ``results/<corpus>/tables`` for ``results/<corpus>/runs/<run>``."""
    return Path(os.path.normpath(folder / "../../tables"))


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None
