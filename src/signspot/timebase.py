"""Milliseconds of the tables <-> integer frames at the corpus rate. Nobody else converts."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Timebase:
    """The corpus frame rate, in frames per second, and the instant of a video (ms) from which its frames are counted.

    The convention is the published system's: a sign annotated from ``start_ms`` to ``end_ms`` covers the frames that
    hold these two instants and all between, and a run of frames is reported from the start of its first to the start
    of its last. Both ways together lose nothing when the times lie on frame starts.
    """

    fps: float = 25.0
    start_ms: int = 0

    @property
    def _rate(self) -> Fraction:
        return Fraction(self.fps).limit_denominator(1001)

    def frame_at(self, ms: int) -> int:
        """The frame shown at ``ms``."""
        return int((ms - self.start_ms) * self._rate // 1000)

    def ms_at(self, frame: int) -> int:
        """The first whole millisecond at which ``frame`` is shown, so that ``frame_at(ms_at(f)) == f``."""
        return self.start_ms + int(-(-frame * 1000 // self._rate))

    def frames_of(self, start_ms: int, end_ms: int) -> tuple[int, int]:
        """First and last frame (both inclusive) of an annotated interval."""
        return self.frame_at(start_ms), self.frame_at(end_ms)

    def ms_of(self, first: int, last: int) -> tuple[int, int]:
        """Interval in ms of the frames ``first..last`` (inclusive); a single frame lasts one frame, never zero."""
        return self.ms_at(first), self.ms_at(max(last, first + 1))
