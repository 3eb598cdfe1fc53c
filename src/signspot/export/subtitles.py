"""Spottings as subtitles, WebVTT and SRT, and as a table for spreadsheets. Times count from the start of the video."""

from pathlib import Path

import pandas as pd

from signspot.files import finished

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell that a spreadsheet takes for a formula begins with."""
COLUMNS = ["video", "sign", "start_ms", "end_ms", "start", "end", "score"]


def write_vtt(spottings: pd.DataFrame, path: Path) -> None:
    """Writes sign, start_ms, end_ms as WebVTT (https://www.w3.org/TR/webvtt1/); what is markup there is escaped."""
    cues = [
        f"{timecode(row.start_ms)} --> {timecode(row.end_ms)}\n{_escaped(row.sign)}\n"
        for row in spottings.sort_values("start_ms", kind="stable").itertuples()
    ]
    _write("\n".join(["WEBVTT\n", *cues]), path)


def write_srt(spottings: pd.DataFrame, path: Path) -> None:
    """Writes sign, start_ms, end_ms as SubRip.

    It has no escapes, and players take <…> for markup: ``<`` and ``>`` of a gloss become the look-alikes ‹ and ›.
    """
    cues = [
        f"{number}\n{timecode(row.start_ms, ',')} --> {timecode(row.end_ms, ',')}\n{row.sign.translate(ANGLES)}\n"
        for number, row in enumerate(spottings.sort_values("start_ms", kind="stable").itertuples(), 1)
    ]
    _write("\n".join(cues), path)


ANGLES = str.maketrans("<>", "‹›")


def write_csv(spottings: pd.DataFrame, path: Path) -> None:
    """Writes a table for people: video, sign, start_ms, end_ms, start and end as timecodes, score.

    It opens in a spreadsheet with a click: a byte order mark tells that it is UTF-8, and a sign that would be taken
    for a formula has an apostrophe before it. Programs read ``spottings.tsv``, where signs are as they are.
    """
    rows = spottings.sort_values("start_ms", kind="stable")
    table = rows.assign(
        sign=[f"'{sign}" if sign.startswith(FORMULA) else sign for sign in rows["sign"]],
        start=[timecode(ms) for ms in rows["start_ms"]],
        end=[timecode(ms) for ms in rows["end_ms"]],
    )
    with finished(path) as part:
        table[COLUMNS].to_csv(part, index=False, float_format="%.2f", lineterminator="\n", encoding="utf-8-sig")


def timecode(ms: int, point: str = ".") -> str:
    """``hh:mm:ss.mmm``, with more digits of hours where they are needed."""
    seconds, milliseconds = divmod(int(ms), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{milliseconds:03d}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write(text: str, path: Path) -> None:
    with finished(path) as part:
        part.write_text(text, encoding="utf-8")
