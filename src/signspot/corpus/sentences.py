"""The table of sentences: what is said in videos in a written language, and from when to when.

Columns: video, start_ms, end_ms (exclusive), text. Unknown columns are kept. The file, usually ``sentences.tsv``, is
tab-separated UTF-8 text with a header. Times count from the start of the video.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from signspot.corpus.names import UNWRITABLE
from signspot.errors import InputError
from signspot.files import finished
from signspot.rows import LISTED, bad_cells, nfc, read_rows, refuse, require, whole_numbers

log = logging.getLogger(__name__)

COLUMNS = ("video", "start_ms", "end_ms", "text")
NO_TABLES = (".srt", ".vtt", ".eaf")
"""Suffixes of files that hold sentences, but not as a table."""
UNKNOWN: Mapping[str, int] = MappingProxyType({})


def one_line(text: str) -> str:
    """A text as a cell holds it: in Unicode's composed form, with spaces for line breaks and control characters."""
    return nfc(" ".join(UNWRITABLE.sub(" ", text).split()))


def read_sentences(path: Path, videos: Collection[str], ends_ms: Mapping[str, int] = UNKNOWN) -> pd.DataFrame:
    """Reads and checks a table of sentences, in the order of the file, and logs warnings.

    Sentences that overlap are told and kept, because several people may be translated. A sentence that ends after its
    video is told and ends with it.

    Args:
        path: the file.
        videos: the videos of the corpus.
        ends_ms: the length of videos, in ms; videos may be missing.

    Returns:
        video and text as strings, start_ms and end_ms as int64.

    Raises:
        InputError: the file is missing or wrong, a video is none of the corpus, a text is empty, a sentence does not
            last, or it begins after the end of its video; the message lists such lines.
    """
    if Path(path).suffix.lower() in NO_TABLES:
        raise InputError(
            f"{path}: is no table of sentences. Make one from subtitles and tiers of all videos: signspot corpus init "
            "FOLDER --out TABLES writes TABLES/sentences.tsv."
        )
    rows = read_rows(path)
    require(rows, COLUMNS, path)
    table = whole_numbers(rows, ["start_ms", "end_ms"], path)
    ends = table["video"].map(ends_ms).astype(float)
    refuse(
        [
            *bad_cells(table, "video", ~table["video"].isin(list(videos)), path, "a video of the corpus"),
            *bad_cells(table, "text", table["text"] == "", path, "the text of the sentence"),
            *bad_cells(table, "start_ms", table["start_ms"] < 0, path, "0 or more"),
            *bad_cells(table, "end_ms", table["end_ms"] <= table["start_ms"], path, "more than start_ms"),
            *bad_cells(table, "start_ms", table["start_ms"] >= ends, path, "less than the length of the video"),
        ]
    )
    late = table["end_ms"] > ends
    _warn(
        f"{path}, line {row + 2}: the sentence ends at {table['end_ms'][row]} ms, its video at {ends[row]:.0f} ms; "
        "it is cut there."
        for row in late.index[late]
    )
    table = table.assign(end_ms=np.fmin(table["end_ms"], ends).astype("int64"))
    _warn(_overlaps(table, path))
    return table


def write_sentences(table: pd.DataFrame, path: Path) -> None:
    """Writes a table of sentences, each text on one line; :func:`read_sentences` gives an equal table."""
    with finished(path) as part:
        written = table.assign(text=table["text"].map(one_line))
        written.to_csv(part, sep="\t", index=False, lineterminator="\n", encoding="utf-8")


def _overlaps(table: pd.DataFrame, path: Path) -> Iterator[str]:
    """A message for each sentence that begins before one that began earlier in its video ends."""
    for video, rows in table.sort_values(["start_ms", "end_ms"], kind="stable").groupby("video", sort=False):
        longest = rows["end_ms"].cummax()
        for row, before in zip(rows.index[1:], rows.index[:-1], strict=True):
            if rows["start_ms"][row] < longest[before]:
                other = rows.index[(rows["end_ms"] == longest[before]).argmax()]
                yield f"{path}, line {row + 2}: the sentence overlaps that of line {other + 2} in video {video}."


def _warn(problems: Iterator[str]) -> None:
    told = list(problems)
    for problem in told[:LISTED]:
        log.warning("%s", problem)
    if len(told) > LISTED:
        log.warning("… and %d more of this kind.", len(told) - LISTED)
