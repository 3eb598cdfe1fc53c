"""The sentences of videos, from tiers of their documents or subtitles beside them, in ms of the video."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import pandas as pd

from signspot.corpus.names import folded
from signspot.corpus.sentences import COLUMNS, one_line
from signspot.errors import InputError
from signspot.intake.folder import Match
from signspot.intake.formats import TierFile, TierRow
from signspot.intake.notes import (
    OTHER_SENTENCES,
    SENTENCES,
    SENTENCES_CUT,
    SENTENCES_OVERLAP,
    WITHOUT_SENTENCES,
    Note,
)
from signspot.intake.placing import Placement, place
from signspot.intake.profiles import EMPTY, GlossAnnotation, list_tiers
from signspot.intake.summary import section
from signspot.video.decode import VideoInfo

SHOWN = 60
"""Characters of a sentence in a note."""


class Spoken(Protocol):
    """A video and its sentences."""

    name: str
    sentences: list[TierRow]


class Subtitles:
    """The subtitles of a folder that hold sentences, and which of them were used.

    Args:
        files: of several files of one video, that of the shortest name counts: ``film.srt`` before ``film.en.srt``.
    """

    def __init__(self, files: Iterable[TierFile]) -> None:
        self._files: dict[str, list[TierFile]] = {}
        for file in sorted(files, key=lambda file: (len(file.path.name), file.path)):
            self._files.setdefault(folded(file.video), []).append(file)
        self._used: set[int] = set()

    def sentences(self, match: Match, info: VideoInfo | None, fps: float) -> list[Placement]:
        """The sentences of a video in ms of the video: those of the document that annotates it, else of its subtitles.

        One that cannot be used bears the reason.

        Args:
            match: the video and its annotations.
            info: what its file holds; None if it is missing.
            fps: frame rate of the corpus.
        """
        if match.annotations and match.annotations.sentences:
            return _placed(match.annotations.sentences, match, info, fps)
        files = self._files.get(folded(match.stem), [])
        if not files:
            return []
        self._used.add(id(files[0]))
        rows = sorted(row for rows in files[0].annotations.values() for row in rows)
        return _placed(rows, match._replace(medium=None), info, fps)

    @property
    def unused(self) -> list[TierFile]:
        """Those of which no sentence was taken."""
        return [file for files in self._files.values() for file in files if id(file) not in self._used]


def _placed(rows: Sequence[TierRow], match: Match, info: VideoInfo | None, fps: float) -> list[Placement]:
    texts = [(one_line(row.value), row) for row in rows]
    sentences = [GlossAnnotation(text, row.start_ms, row.end_ms, left_out="" if text else EMPTY) for text, row in texts]
    return place(sentences, match.medium, info, fps)


def kept_of(placements: Sequence[Placement]) -> list[TierRow]:
    """The sentences that can be used."""
    return [TierRow(one.start_ms, one.end_ms, one.gloss) for one, _ in placements if not one.left_out]


def about_sentences(name: str, placements: Sequence[Placement]) -> Iterator[Note]:
    """Notes about the sentences of a video: left out, cut, overlapping."""
    before = None
    for sentence, cut in placements:
        text = sentence.gloss if len(sentence.gloss) <= SHOWN else f"{sentence.gloss[:SHOWN]}…"
        where = f"{name}, {sentence.start_ms} to {sentence.end_ms} ms: {text}"
        if sentence.left_out:
            yield Note(SENTENCES, where, sentence.left_out)
            continue
        if cut:
            yield Note(SENTENCES_CUT, where, cut)
        if before and sentence.start_ms < before.end_ms:
            yield Note(SENTENCES_OVERLAP, where, f"the one before ends at {before.end_ms} ms")
        before = max(before or sentence, sentence, key=lambda one: one.end_ms)


def about_videos(videos: Sequence[Spoken], subtitles: Subtitles) -> Iterator[Note]:
    """Notes about videos without sentences, where others have some, and about subtitles that were not used."""
    if any(video.sentences for video in videos):
        yield from (Note(WITHOUT_SENTENCES, video.name) for video in videos if not video.sentences)
    yield from (Note(OTHER_SENTENCES, str(file.path)) for file in subtitles.unused)


def sentence_table(videos: Iterable[Spoken]) -> pd.DataFrame:
    """The table of sentences: video, start_ms, end_ms, text."""
    rows = [(video.name, *row) for video in videos for row in video.sentences]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def check_tier(tier: str, counts: Sequence[Mapping[str, int]], table: pd.DataFrame) -> None:
    """Checks that the tier of sentences that a person names has some.

    Args:
        tier: its name; "" if none is named.
        counts: number of annotations by tier, of each file that has tiers.
        table: the sentences that were found.

    Raises:
        InputError: there is no sentence.
    """
    if tier and table.empty:
        there = any(tier in file for file in counts)
        why = "the tier holds no sentence that can be used" if there else "no file has such a tier"
        raise InputError(f"--sentences {tier}: {why}. There are:\n{list_tiers(counts)}")


def sentences_text(table: pd.DataFrame) -> str:
    """How many sentences there are, and how long they last."""
    lengths = (table["end_ms"] - table["start_ms"]) / 1000
    return section(
        "Sentences",
        f"{len(table)} sentences in {table['video'].nunique()} videos; they last {lengths.median():.1f} s (median).",
    )
