"""ELAN's export as tab-delimited text, with whichever columns were chosen there.

https://www.mpi.nl/tools/elan/docs/manual/Sec_Exporting_a_document_as_a_tab_delimited_text_file.html: a row begins with
tier and participant, if they are wanted; then come begin, end and duration, each in the wanted formats; then the value.
With a column per tier there is a header, and the row begins with the times. The words of the header are those of the
language of ELAN, so that columns are told by what they hold.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from signspot.errors import InputError
from signspot.intake.formats import OtherFormat, Reading, TierFile, TierRow
from signspot.intake.sheets import Line, Sheet, read_sheet
from signspot.intake.times import CLOCK_TIME, milliseconds
from signspot.video.decode import VIDEO_SUFFIXES

SUFFIXES = (".txt", ".csv", ".tsv", ".tab")
ORDER = 40
TIME_FORMATS = {"clock": CLOCK_TIME.pattern, "s": r"\d+\.\d+", "ms": r"\d+", "smpte": r"\d+(:\d\d){2}[:;]\d\d"}
"""The formats of times that ELAN offers, in the order of their columns."""
TIMES = (("begin", "end", "duration"), ("begin", "end"), ("begin", "duration"))
"""The times that a row may have, in the order of their columns."""
HEADER = re.compile(r".+ - \S.*")
"""The first cell of the header of an export with a column per tier: a time and its format, in any language."""
ANNOTATION_ID = re.compile(r" \[a\d+\]\Z")


@dataclass(frozen=True)
class Layout:
    """Which columns of an export hold what.

    Args:
        first: number of columns before the times: none, the tier, or tier and participant.
        formats: of each time.
        times: the times of a row.
    """

    first: int
    formats: tuple[str, ...]
    times: tuple[str, ...]

    @property
    def value(self) -> int:
        """The column of the value, or of the first tier."""
        return self.first + len(self.formats) * len(self.times)

    def moments(self, cells: Sequence[str]) -> dict[str, int] | None:
        """The ms of each time of a row; None if its cells are no such times, or contradict each other."""
        found: dict[str, int] = {}
        place = self.first
        for time in self.times:
            for kind in self.formats:
                if place >= len(cells) or not re.fullmatch(TIME_FORMATS[kind], cells[place]):
                    return None
                if kind != "smpte":
                    ms = milliseconds(cells[place], kind)
                    if ms is None or found.setdefault(time, ms) != ms:
                        return None
                place += 1
        if "end" in found and found["end"] < found["begin"]:
            return None
        if len(found) == 3 and found["duration"] != found["end"] - found["begin"]:
            return None
        return found


LAYOUTS = sorted(
    (
        Layout(first, formats, times)
        for first in range(3)
        for number in range(1, 5)
        for formats in combinations(TIME_FORMATS, number)
        for times in TIMES
    ),
    key=lambda layout: (-layout.value + layout.first, layout.first, TIMES.index(layout.times)),
)
"""All layouts, those with more columns of times first."""


def elan_text(path: Path, reading: Reading) -> list[TierFile]:
    """The tiers of each document that was exported.

    Raises:
        OtherFormat: the file does not look like an export of ELAN.
        InputError: the export holds no time but frames, or a quotation mark is left open.
    """
    sheet = read_sheet(path, reading.tables.separator)
    header, lines = sheet.lines[0].cells, sheet.lines
    per_tier = bool(HEADER.fullmatch(header[0]))
    lines = lines[1:] if per_tier else lines
    layout = next((one for one in LAYOUTS if _fits(one, lines, per_tier)), None)
    if layout is None:
        raise OtherFormat(f"{path}: is no export of ELAN.")
    if layout.formats == ("smpte",):
        raise InputError(f"{path}: its times count frames. Export it again with times as hh:mm:ss.ms or msec.")
    names = header[layout.value :] if per_tier else None
    return list(_files(path, reading, sheet, lines, layout, names))


def _fits(layout: Layout, lines: Sequence[Line], per_tier: bool) -> bool:
    """Whether all lines have this layout, values are more than numbers, and no time is left over.

    Whole numbers alone, before which no tier is named, can mean anything.
    """
    if (per_tier and layout.first > 0) or (not per_tier and (layout.first, layout.formats) == (0, ("ms",))):
        return False
    if any(layout.moments(line.cells) is None for line in lines):
        return False
    if any(re.fullmatch(r"\d+[:.][\d:.]*", cell) for line in lines for cell in line.cells[: layout.first]):
        return False
    tiers = [line.cells[0] for line in lines] if layout.first else ["tier"]
    last = None if per_tier else layout.value + 1
    values = [cell for line in lines for cell in line.cells[layout.value : last]]
    return all(any(re.search(r"[^\W\d_]", text) for text in texts) for texts in (tiers, values))


def _files(
    path: Path, reading: Reading, sheet: Sheet, lines: Sequence[Line], layout: Layout, names: Sequence[str] | None
) -> Iterator[TierFile]:
    tiers: dict[str, dict[str, list[TierRow]]] = {}
    people: dict[tuple[str, str], str] = {}
    for line in lines:
        document = line.document or next((cell for cell in line.cells[layout.value :] if cell.endswith(".eaf")), "")
        of_document = tiers.setdefault(document, {})
        times = layout.moments(line.cells)
        end = times.get("end", times["begin"] + times.get("duration", 0))
        for tier, value in _values(line.cells, layout, names):
            of_document.setdefault(tier, []).append(TierRow(times["begin"], end, ANNOTATION_ID.sub("", value)))
        if layout.first == 2:
            people[document, line.cells[0]] = line.cells[1]
    for document, annotations in tiers.items():
        media = tuple(
            each for each in sheet.media.get(document, ()) if Path(each.name).suffix.lower() in VIDEO_SUFFIXES
        )
        offsets = [f"the document begins at {each.origin_ms} ms of {each.name}" for each in media if each.origin_ms]
        yield TierFile(
            path,
            reading.video_of(Path(document.replace("\\", "/")).stem if document else path.stem),
            annotations,
            media,
            participants={tier: people.get((document, tier), "") for tier in annotations},
            only_glosses=names is None and layout.first == 0,
            remarks=(*sheet.remarks, *offsets),
        )


def _values(cells: Sequence[str], layout: Layout, names: Sequence[str] | None) -> list[tuple[str, str]]:
    """Tier and value of each annotation of a row."""
    if names is None:
        value = cells[layout.value] if layout.value < len(cells) else ""
        return [(cells[0] if layout.first else "", value)]
    pairs = zip(names, cells[layout.value :], strict=False)
    return [(name, value) for name, value in pairs if name and value and not value.endswith(".eaf")]
