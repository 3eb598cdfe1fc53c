"""Tables with a header: the annotations of the video beside the table, or of many videos, or of tiers."""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from signspot.corpus.names import folded
from signspot.errors import InputError
from signspot.intake.conventions import TABLE_COLUMNS, TIME_COLUMNS
from signspot.intake.formats import TABLE, OtherFormat, OwnProduct, Reading, TierFile, TierRow
from signspot.intake.sheets import Line, Sheet, read_sheet
from signspot.intake.times import CLOCK, clock_ms, milliseconds, number_of, unit_named
from signspot.rows import LISTED, from_spreadsheet, nfc, refuse

SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
ORDER = 50
TIME_NAME = r"(?:(?P<frame>frame)_?)?(?:{kinds})(?:_?time)?(?:_?in)?_?(?P<unit>.*)"
PREFERRED = ("ms", "s", CLOCK, "frames", "")
"""Of several columns for one time, that of the earlier unit counts."""
EXPECTED = (
    "Expected sign (or gloss, label), start_ms and end_ms (or start_s, start_frame …), and video if there are several"
)


SPOTTINGS = (("class_id", "score"), ("start_ms", "start", "end_ms", "end", "score"))
"""Columns by which our tables of spottings are known, those for programs and those for people."""
NO_SPOTTINGS = {
    ("sign", "taken_for", "count", "starred"): "glosses",
    ("sign", "examples", "found", "typical_score"): "signs",
    ("video", "path", "split", "signer"): "videos",
    ("video", "start_ms", "end_ms", "text"): "sentences",
}
"""Columns by which our other tables are known, and what these are of."""


@dataclass(frozen=True)
class TimeColumn:
    """A column of times: its place, its name in the file, and its unit ("" if its name tells none)."""

    place: int
    name: str
    unit: str


def table(path: Path, reading: Reading) -> list[TierFile]:
    """The annotations of each video. With a column of tiers, these are tiers; else all rows are glosses.

    Our tables of spottings are read as a tier of that name.

    Raises:
        OwnProduct: signspot wrote the table, which holds no spottings.
        OtherFormat: the header lacks the gloss or the times.
        InputError: the unit of times or the video is not told, or a cell holds no time. The message has the columns
            that there are, and the call to repeat.
    """
    sheet = read_sheet(path, reading.tables.separator)
    header, lines = sheet.lines[0].cells, sheet.lines[1:]
    columns, times = _columns(header, reading.tables.columns, path), _times(header, reading.tables.columns)
    if "sign" not in columns or "start" not in times or not {"end", "duration"} & set(times):
        _refuse_own(header, path)
        raise OtherFormat(f"{path}: has the columns {_listed(header)}. {EXPECTED}.")
    origin = _origin(header)
    if origin and not lines:
        raise OwnProduct(f"{path}: is signspot's table of spottings, of which there are none.")
    if not lines:
        raise OtherFormat(f"{path}: has a header but no rows.")
    refuse(
        f"{path}, line {line.number}: has more cells than the {len(header)} columns."
        for line in lines
        if any(line.cells[len(header) :])
    )
    lines = [line._replace(cells=(line.cells + [""] * len(header))[: len(header)]) for line in lines]
    if "end" in times:
        times.pop("duration", None)
    times = {kind: _with_unit(column, lines, path, reading, header) for kind, column in times.items()}
    by_video = _by_video(path, columns, lines, reading, header)
    files = [_file(path, video, rows, columns, times, reading, sheet) for video, rows in by_video.items()]
    return [_spotted(file, origin) for file in files] if origin else files


def _refuse_own(header: Sequence[str], path: Path) -> None:
    there = set(map(str.casefold, header))
    for columns, what in NO_SPOTTINGS.items():
        if there >= set(columns):
            raise OwnProduct(f"{path}: is signspot's table of {what} and holds no annotations.")


def _origin(header: Sequence[str]) -> str:
    """The columns that tell that signspot wrote a table of spottings; "" for other tables."""
    there = set(map(str.casefold, header))
    return next(
        (f"columns {', '.join(columns[:-1])} and {columns[-1]}" for columns in SPOTTINGS if there >= set(columns)), ""
    )


def _spotted(file: TierFile, origin: str) -> TierFile:
    rows = [row for rows in file.annotations.values() for row in rows]
    return replace(file, annotations={TABLE: rows}, counts={}, participants={}, only_glosses=False, origin=origin)


def _columns(header: Sequence[str], named: Mapping[str, str], path: Path) -> dict[str, int]:
    """The places of the columns that hold texts, by our name of them."""
    names = [_plain(name) for name in header]
    twice = next((name for name in filter(None, header) if header.count(name) > 1), None)
    if twice:
        raise InputError(f"{path}: the column {twice!r} is there twice. Rename or remove one.")
    for name in named.values():
        if name not in header:
            raise OtherFormat(f"{path}: has no column {name}, but {_listed(header)}.")
    found = {}
    for ours, theirs in TABLE_COLUMNS.items():
        places = [names.index(name) for name in theirs if name in names]
        places = [header.index(named[ours])] if ours in named else places
        if places:
            found[ours] = places[0]
    return found


def _times(header: Sequence[str], named: Mapping[str, str]) -> dict[str, TimeColumn]:
    """The columns of start, end and duration."""
    found = {}
    for kind, kinds in TIME_COLUMNS.items():
        columns = []
        for place, name in enumerate(header):
            match = re.fullmatch(TIME_NAME.format(kinds=kinds), _plain(name))
            unit = ("frames" if match["frame"] and not match["unit"] else unit_named(match["unit"])) if match else ""
            if name == named.get(kind):
                unit = unit or unit_named(_plain(name).rsplit("_", 1)[-1])
                columns = [TimeColumn(place, name, unit)]
                break
            if kind not in named and match and (unit or not match["unit"]):
                columns.append(TimeColumn(place, name, unit))
        if columns:
            found[kind] = min(columns, key=lambda column: PREFERRED.index(column.unit))
    return found


def _listed(header: Sequence[str]) -> str:
    """The names of the columns, in a line that stays short if the file is no table."""
    return ", ".join(name[:30] for name in header[:LISTED]) + (" …" if len(header) > LISTED else "")


def _plain(name: str) -> str:
    """The name of a column in lower case, with _ between words."""
    return re.sub(r"[^\w:.,]+", "_", nfc(name).casefold()).strip("_.,:")


def _with_unit(
    column: TimeColumn, lines: Sequence[Line], path: Path, reading: Reading, header: Sequence[str]
) -> TimeColumn:
    """The column with a unit: of its name, else of the user, else clocks."""
    cells = [line.cells[column.place] for line in lines]
    unit = column.unit or reading.tables.unit
    if not unit and all(clock_ms(cell) is not None for cell in cells):
        unit = CLOCK
    if not unit:
        raise InputError(
            f"{path}: nothing tells the unit of the times in {column.name}; there are the columns {_listed(header)}. "
            f"Name it as ms, s or frames: {reading.again('--unit', _likely_unit(cells))}"
        )
    return TimeColumn(column.place, column.name, unit)


def _likely_unit(cells: Sequence[str]) -> str:
    """The unit that the steps between times suggest: too little to read them by, enough for an example."""
    values = [float(value) for value in map(number_of, cells) if value is not None]
    step = statistics.median([abs(after - before) for before, after in pairwise(values)] or values or [0])
    return "ms" if step >= 100 else "s" if any(re.search(r"[.,]", cell) for cell in cells) else "frames"


def _by_video(
    path: Path, columns: Mapping[str, int], lines: Sequence[Line], reading: Reading, header: Sequence[str]
) -> dict[str, list[Line]]:
    """The rows of each video; without a column of videos, all rows are of the video that is named like the table."""
    if "video" not in columns:
        documents = {line.document for line in lines}
        names = {document: reading.video_of(Path(document).stem if document else path.stem) for document in documents}
        unnamed = "" in names and not ("participant" in columns and reading.has_cameras(names[""]))
        if reading.videos and unnamed and folded(names[""]) not in reading.videos:
            raise InputError(
                f"{path}: no column tells the video, and no video is called {names['']}; there are the columns "
                f"{_listed(header)}. If one holds the names of videos: {reading.again('--column', 'video=NAME')}"
            )
        by_video: dict[str, list[Line]] = {}
        for line in lines:
            by_video.setdefault(names[line.document], []).append(line)
        return by_video
    rows: dict[str, list[Line]] = {}
    refuse(
        f"{path}, line {line.number}: {header[columns['video']]} is empty, expected the name of a video."
        for line in lines
        if not line.cells[columns["video"]]
    )
    for line in lines:
        rows.setdefault(reading.video_of(line.cells[columns["video"]]), []).append(line)
    return rows


def _file(
    path: Path,
    video: str,
    lines: Sequence[Line],
    columns: Mapping[str, int],
    times: Mapping[str, TimeColumn],
    reading: Reading,
    sheet: Sheet,
) -> TierFile:
    """What the rows of one video say."""
    try:
        rate = reading.rate(video) if any(column.unit == "frames" for column in times.values()) else None
        moments = {kind: _milliseconds(lines, column, rate, path) for kind, column in times.items()}
    except InputError as error:
        text = str(error)
        raise InputError(text if text.startswith(str(path)) else f"{path}: {text}.") from error
    starts = moments["start"]
    ends = moments.get("end") or [start + ms for start, ms in zip(starts, moments["duration"], strict=True)]
    tiers: dict[str, list[TierRow]] = {}
    people: dict[str, str] = {}
    for line, start, end in zip(lines, starts, ends, strict=True):
        person = line.cells[columns["participant"]] if "participant" in columns else ""
        tier = line.cells[columns["tier"]] if "tier" in columns else person
        people[tier] = person
        tiers.setdefault(tier, []).append(TierRow(start, end, from_spreadsheet(line.cells[columns["sign"]])))
    return TierFile(
        path,
        video,
        tiers,
        tuple(sheet.media.get(lines[0].document, ())),
        participants=people,
        only_glosses="tier" not in columns,
        remarks=tuple(sheet.remarks),
    )


def _milliseconds(lines: Sequence[Line], column: TimeColumn, rate: float | None, path: Path) -> list[int]:
    cells = [line.cells[column.place] for line in lines]
    found = [milliseconds(cell, column.unit, rate) for cell in cells]
    unit = {CLOCK: "a time such as 00:00:01.500", "frames": "a whole number of frames"}.get(
        column.unit, f"a number of {column.unit}"
    )
    refuse(
        f"{path}, line {line.number}: {column.name} is {cell!r}, expected {unit}."
        for line, cell, ms in zip(lines, cells, found, strict=True)
        if ms is None
    )
    return found
