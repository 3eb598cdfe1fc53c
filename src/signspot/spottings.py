"""Spottings: signs found in a video, and the table of spottings, which this module alone writes and reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from signspot.errors import InputError
from signspot.files import finished
from signspot.rows import bad_cells, read_row_blocks, read_rows, refuse, scores_of, whole_numbers
from signspot.timebase import Timebase

COLUMNS = ("video", "sign", "class_id", "start_ms", "end_ms", "score")


@dataclass(frozen=True)
class Spotting:
    """A spotted sign: 0-based class, first and last frame (inclusive, frames of the video), score in 0..1."""

    class_id: int
    first: int
    last: int
    score: float


def spottings_table(
    spottings: Mapping[str, Sequence[Spotting]],
    signs: Sequence[str] | Mapping[int, str],
    timebases: Mapping[str, Timebase],
) -> pd.DataFrame:
    """The table of spottings: video, sign, class_id, start_ms, end_ms, score.

    Args:
        spottings: by video.
        signs: gloss by class id.
        timebases: of each video.
    """
    rows = [
        (video, signs[one.class_id], one.class_id, *timebases[video].ms_of(one.first, one.last), one.score)
        for video, of_video in spottings.items()
        for one in of_video
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def write_spottings(table: pd.DataFrame, path: Path | str) -> None:
    """Writes a table of spottings as tab-separated UTF-8 text, scores to six places; whole or not at all."""
    with finished(path) as part:
        table.to_csv(part, sep="\t", index=False, float_format="%.6f", lineterminator="\n", encoding="utf-8")


def read_spottings(path: Path | str) -> pd.DataFrame:
    """The table that :func:`write_spottings` wrote: names are strings (a video may be called NA), numbers are numbers.

    Raises:
        InputError: the file is missing or unreadable, lacks a column, holds text where a number belongs, a row names no
            video or no sign, or a sign starts before its video or ends before it starts.
    """
    return _checked(read_rows(path), path)


def read_spotting_blocks(path: Path | str) -> Iterator[pd.DataFrame]:
    """The table of :func:`read_spottings` in blocks, one after the other, so that memory need not hold all of it.

    Raises:
        InputError: as for :func:`read_spottings`, when the wrong block is read.
    """
    return (_checked(block, path) for block in read_row_blocks(path))


def _checked(table: pd.DataFrame, path: Path | str) -> pd.DataFrame:
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise InputError(f"{path}: column {missing[0]} is missing; there are {', '.join(table)}. Run its stage again.")
    table = whole_numbers(table, ["class_id", "start_ms", "end_ms"], path)
    refuse(
        [
            *bad_cells(table, "video", table["video"] == "", path, "the name of a video"),
            *bad_cells(table, "sign", table["sign"] == "", path, "a gloss"),
            *bad_cells(table, "start_ms", table["start_ms"] < 0, path, "0 or more"),
            *bad_cells(table, "end_ms", table["end_ms"] < table["start_ms"], path, "start_ms or more"),
        ]
    )
    return table.assign(score=scores_of(table, path))
