"""The cues of subtitles: a line of times, and the lines of text after it."""

import re
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from signspot.intake.formats import TierRow
from signspot.intake.times import clock_ms
from signspot.rows import refuse

SENTENCE = 4
"""If half of the cues have at least as many words, they are sentences; no gloss is."""


def cues_of(lines: Sequence[str], path: Path) -> Iterator[TierRow]:
    """The cues of subtitles; markup and escapes of their texts stay. What is no cue is passed over.

    Args:
        lines: of the file.
        path: the file, for messages.

    Raises:
        InputError: a line of times cannot be read; the message names it.
    """
    starts = [number for number, line in enumerate(lines) if "-->" in line]
    times = {number: _times(lines[number]) for number in starts}
    refuse(
        f"{path}, line {number + 1}: {lines[number]!r} is no line of times such as 00:00:01.000 --> 00:00:01.500."
        for number in starts
        if times[number] is None
    )
    for number, following in zip(starts, [*starts, len(lines)][1:], strict=True):
        text = lines[number + 1 : following]
        end = next((place for place, line in enumerate(text) if not line.strip()), None)
        if end is None and following < len(lines) and text and re.fullmatch(r"\d+", text[-1].strip()):
            end = -1  # the number of the next cue, without an empty line before
        yield TierRow(*times[number], "\n".join(text[:end]))


def _times(line: str) -> tuple[int, int] | None:
    start, _, rest = line.partition("-->")
    words = rest.split()
    times = clock_ms(start.strip()), clock_ms(words[0]) if words else None
    return None if None in times else times


def are_sentences(rows: Sequence[TierRow]) -> bool:
    """Whether cues are sentences and no glosses, as most of them have several words."""
    return statistics.median([len(row.value.split()) for row in rows] or [0]) >= SENTENCE
