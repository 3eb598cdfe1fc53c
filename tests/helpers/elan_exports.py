"""Text as ELAN exports it, by the rules of its source (``Transcription2TabDelimitedText``, ``ExportTabdelimited``)."""

from collections.abc import Mapping, Sequence
from itertools import chain

Row = tuple[int, int, str]
FORMATS = ("hh:mm:ss.ms", "ss.msec", "msec", "PAL")
WORDS = {
    "en": {"begin": "Begin Time", "end": "End Time", "duration": "Duration"},
    "fr": {"begin": "Temps de départ", "end": "temps de fin", "duration": "Durée"},
}


def written(ms: int, kind: str) -> str:
    """A time as ELAN writes it; ``ss.msec`` is Java's ``Double.toString``."""
    seconds, rest = divmod(ms, 1000)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    texts = {"hh:mm:ss.ms": f"{clock}.{rest:03d}", "ss.msec": str(ms / 1000), "msec": str(ms)}
    return texts.get(kind, f"{clock}:{rest * 25 // 1000:02d}")


def times_of(start: int, end: int, times: Sequence[str], formats: Sequence[str]) -> list[str]:
    ms = {"begin": start, "end": end, "duration": end - start}
    return [written(ms[time], kind) for time in times for kind in formats]


def row_per_annotation(
    tiers: Mapping[str, Sequence[Row]],
    *,
    people: Mapping[str, str] | None = None,
    names: bool = True,
    participants: bool = True,
    times: Sequence[str] = ("begin", "end", "duration"),
    formats: Sequence[str] = ("hh:mm:ss.ms", "ss.msec"),
    separator: str = "\t",
) -> str:
    """An export without a column per tier and without a header; a row begins with the tier, if it is wanted."""
    lines = []
    for tier, rows in tiers.items():
        first = [tier] * names + [(people or {}).get(tier, "")] * participants
        lines += [separator.join([*first, *times_of(start, end, times, formats), value]) for start, end, value in rows]
    return "".join(f"{line}\n" for line in lines)


def column_per_tier(
    tiers: Mapping[str, Sequence[Row]],
    *,
    times: Sequence[str] = ("begin", "end", "duration"),
    formats: Sequence[str] = ("hh:mm:ss.ms",),
    media: Mapping[str, int] | None = None,
    language: str = "en",
    separator: str = "\t",
) -> str:
    """An export with a column per tier: annotations of the same time share a row; the header ends with a separator."""
    words = WORDS[language]
    header = [f"{words[time]} - {kind}" for time in times for kind in formats]
    rows: dict[tuple[int, int], dict[str, str]] = {}
    for tier, start, end, value in sorted(
        chain.from_iterable([(tier, *row) for row in rows] for tier, rows in tiers.items()), key=lambda row: row[1:3]
    ):
        rows.setdefault((start, end), {})[tier] = value
    lines = [f'"#{url} -- offset: {offset}"' for url, offset in (media or {}).items()]
    lines.append(separator.join([*header, *tiers, ""]))
    for (start, end), values in rows.items():
        lines.append(separator.join([*times_of(start, end, times, formats), *(values.get(tier, "") for tier in tiers)]))
    return "".join(f"{line}\n" for line in lines)
