"""Praat's TextGrid texts, long and short.

https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html: Praat itself reads the numbers, texts and flags
that stand alone, in their order, and nothing else. The words that the long form adds are for people.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from signspot.errors import InputError
from signspot.intake.formats import OtherFormat, Reading, TierFile, TierRow
from signspot.intake.texts import read_any_text
from signspot.intake.times import number_of
from signspot.rows import nfc

SUFFIXES = (".textgrid",)
ORDER = 20
TOKEN = re.compile(r'"(?:[^"]|"")*"|<\w+>|![^\n]*|[^\s"<!]+')
"""A text, a flag, a comment or a word; of the words, numbers count."""


def textgrid(path: Path, reading: Reading) -> list[TierFile]:
    """The tiers of intervals; intervals without text are no annotations. Tiers of points are told.

    Raises:
        OtherFormat: the file is no TextGrid as a text.
        InputError: the file ends too early, or has something else where a time or a text should be.
    """
    content, remark = read_any_text(path)
    if not re.match(r'\s*(File type\s*=\s*)?"ooTextFile', content) or "TextGrid" not in content[:200]:
        raise OtherFormat(f"{path}: is no TextGrid as a text. In Praat, save it by “Save as text file”.")
    tiers: dict[str, list[TierRow]] = {}
    points = []
    try:
        for name, is_points, rows in _tiers(_values(content)):
            if is_points:
                points.append(name)
            else:
                unique = name if name not in tiers else f"{name} ({len(tiers) + 1})"
                tiers[unique] = rows
    except (StopIteration, ValueError, IndexError) as error:
        raise InputError(f"{path}: is no complete TextGrid. Open it in Praat and save it again.") from error
    told = [f"the points of its tiers {', '.join(points)} have no length and are not read"] if points else []
    return [TierFile(path, reading.video_of(path.stem), tiers, remarks=tuple(filter(None, [remark, *told])))]


def _values(content: str) -> Iterator[str]:
    """Numbers, texts (with their quotation marks) and flags, after the two texts that say what the file is."""
    tokens = (match[0] for match in TOKEN.finditer(content))
    values = [token for token in tokens if token[0] in '"<' or number_of(token) is not None]
    texts = [place for place, value in enumerate(values) if value[0] == '"']
    return iter(values[texts[1] + 1 :])


def _tiers(values: Iterator[str]) -> list[tuple[str, bool, list[TierRow]]]:
    """Name of each tier, whether it holds points, and its annotations.

    Raises:
        ValueError: a value is of another kind than it should be.
        StopIteration: there are too few values.
    """
    _ms(values), _ms(values)
    if next(values) != "<exists>":
        return []
    tiers = []
    for _ in range(int(next(values))):
        kind, name = _text(values), nfc(_text(values))
        _ms(values), _ms(values)
        if kind not in ("IntervalTier", "TextTier"):
            raise ValueError(kind)
        rows = []
        for _ in range(int(next(values))):
            start = _ms(values)
            end = start if kind == "TextTier" else _ms(values)
            rows.append(TierRow(start, end, _text(values)))
        tiers.append((name, kind == "TextTier", [row for row in rows if row.value.strip()]))
    return tiers


def _ms(values: Iterator[str]) -> int:
    return round(1000 * float(next(values)))


def _text(values: Iterator[str]) -> str:
    value = next(values)
    if not value.startswith('"'):
        raise ValueError(value)
    return value[1:-1].replace('""', '"')
