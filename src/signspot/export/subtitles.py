"""Writes spottings as subtitles and as a table for spreadsheets. Times count from the start of the video.

WebVTT: https://www.w3.org/TR/webvtt1/
"""

from pathlib import Path

import pandas as pd

from signspot.files import finished
from signspot.rows import for_spreadsheet

ANGLES = str.maketrans("<>", "‹›")
VTT_NOTE = "NOTE Spotted by signspot, not annotated by a person."
"""A comment, by which the file is known again; no player shows it."""
SRT_END = " \t \n"
"""The last line, by which the file is known again. SubRip has no comments, but all programs pass over white space."""
COLUMNS = ["video", "sign", "start_ms", "end_ms", "start", "end", "score"]


def write_vtt(spottings: pd.DataFrame, path: Path) -> None:
    """Writes sign, start_ms, end_ms as WebVTT. Characters of markup are escaped."""
    cues = [
        f"{timecode(row.start_ms)} --> {timecode(row.end_ms)}\n{_escaped(row.sign)}\n"
        for row in spottings.sort_values("start_ms", kind="stable").itertuples()
    ]
    _write("\n".join(["WEBVTT\n", f"{VTT_NOTE}\n", *cues]), path)


def write_srt(spottings: pd.DataFrame, path: Path) -> None:
    """Writes sign, start_ms, end_ms as SubRip.

    Players take <…> for markup, and SubRip has no escapes. Therefore ``<`` and ``>`` become the look-alikes ‹ and ›.
    """
    cues = [
        f"{number}\n{timecode(row.start_ms, ',')} --> {timecode(row.end_ms, ',')}\n{row.sign.translate(ANGLES)}\n"
        for number, row in enumerate(spottings.sort_values("start_ms", kind="stable").itertuples(), 1)
    ]
    _write("\n".join([*cues, SRT_END]), path)


def write_csv(spottings: pd.DataFrame, path: Path) -> None:
    """Writes a table for people: video, sign, start_ms, end_ms, start and end as timecodes, score.

    The table opens in a spreadsheet with a click. A byte order mark tells the spreadsheet that the text is UTF-8. A
    name that looks like a formula, or holds one behind a separator, gets an apostrophe before it. Programs read
    ``spottings.tsv``, where signs are unchanged.
    """
    rows = spottings.sort_values("start_ms", kind="stable")
    table = rows.assign(
        video=rows["video"].map(for_spreadsheet),
        sign=rows["sign"].map(for_spreadsheet),
        start=[timecode(ms) for ms in rows["start_ms"]],
        end=[timecode(ms) for ms in rows["end_ms"]],
    )
    with finished(path) as part:
        table[COLUMNS].to_csv(part, index=False, float_format="%.2f", lineterminator="\n", encoding="utf-8-sig")


def timecode(ms: int, point: str = ".") -> str:
    """``hh:mm:ss.mmm``; hours get more digits if they need them."""
    seconds, milliseconds = divmod(int(ms), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{milliseconds:03d}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write(text: str, path: Path) -> None:
    with finished(path) as part:
        part.write_text(text, encoding="utf-8")
