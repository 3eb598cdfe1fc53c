"""Times as people and tools write them: ms, seconds, frames, and clocks such as 00:01:02.345."""

import re
from fractions import Fraction

from signspot.errors import InputError
from signspot.timebase import Timebase

UNITS = ("ms", "s", "frames")
"""Units that a person can name."""
CLOCK = "clock"
"""The unit of a column of clocks."""
CLOCK_TIME = re.compile(r"(?P<sign>-?)(?:(?P<h>\d{1,4}):(?=\d+:))?(?P<m>\d{1,3}):(?P<s>[0-5]?\d(?:[.,]\d{1,9})?)")
NUMBER = re.compile(r"[-+]?(?:\d{1,18}(?:[.,]\d{0,18})?|[.,]\d{1,18})(?:[eE][-+]?\d{1,2})?")
UNIT_NAMES = {
    "ms": r"ms|msecs?|millis|milliseconds?",
    "s": r"s|secs?|seconds?|ss.msec",
    "frames": r"frames?|frame_?(?:number|no|nr)",
    CLOCK: r"hh:mm:ss(?:[.,:]m?s+)?|mm:ss(?:[.,]m?s+)?|timecode|clock",
}
"""Regular expressions for the names of units at the end of the name of a column."""
LONGEST = 10**12
"""Numbers from here on are no times."""


def unit_named(name: str) -> str:
    """The unit that a name tells, such as ``msec``; "" if it tells none."""
    return next((unit for unit, names in UNIT_NAMES.items() if re.fullmatch(names, name)), "")


def clock_ms(text: str) -> int | None:
    """The ms of ``hh:mm:ss.ms`` or ``mm:ss.ms``, with a point or a comma; None if the text is no such clock."""
    found = CLOCK_TIME.fullmatch(text)
    if found is None or (found["h"] and int(found["m"]) > 59):
        return None
    seconds = 3600 * int(found["h"] or 0) + 60 * int(found["m"]) + Fraction(found["s"].replace(",", "."))
    return round(1000 * seconds) * (-1 if found["sign"] else 1)


def number_of(text: str) -> Fraction | None:
    """The number that a text holds, with a decimal point or comma; None if it holds none, or an enormous one."""
    value = Fraction(text.replace(",", ".").rstrip(".")) if NUMBER.fullmatch(text) else None
    return value if value is None or abs(value) < LONGEST else None


def milliseconds(text: str, unit: str, rate: float | None = None) -> int | None:
    """The ms of a time; None if it is none. A clock is read as such, whatever the unit.

    Args:
        text: the time.
        unit: of numbers: ms, s or frames.
        rate: of the video, in frames per second, for frames.

    Raises:
        InputError: the text is a timecode with frames, ``hh:mm:ss:ff``, which has no fixed meaning in ms.
    """
    if re.fullmatch(r"\d+(:\d{2}){2}[:;]\d{2,3}", text):
        raise InputError(f"{text!r} counts frames after the seconds. Export hh:mm:ss.ms, seconds or ms instead")
    if (ms := clock_ms(text)) is not None:
        return ms
    value = number_of(text)
    if value is None or unit == CLOCK:
        return None
    if unit == "frames":
        return Timebase(rate).ms_at(int(value)) if rate and value.denominator == 1 else None
    return round(value if unit == "ms" else 1000 * value)
