"""The only conversion between milliseconds of the tables and integer frames at the corpus rate."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Timebase:
    """Where the frames of a video lie in time.

    The convention is that of the published system. An annotation from ``start_ms`` to ``end_ms`` covers the frame at
    each of these instants and all frames between. A run of frames is reported from the start of its first frame to
    the start of its last. Both conversions together lose nothing when the times are starts of frames.

    Args:
        fps: frame rate of the corpus, in frames per second.
        start_ms: the instant of the video at which frame 0 begins.
    """

    fps: float = 25.0
    start_ms: int = 0

    @property
    def _rate(self) -> Fraction:
        return Fraction(self.fps).limit_denominator(1001)

    def frame_at(self, ms: int) -> int:
        """The frame that is shown at the instant ``ms``."""
        return int((ms - self.start_ms) * self._rate // 1000)

    def ms_at(self, frame: int) -> int:
        """The first whole millisecond at which ``frame`` is shown: ``frame_at(ms_at(frame)) == frame``."""
        return self.start_ms + int(-(-frame * 1000 // self._rate))

    def frames_of(self, start_ms: int, end_ms: int) -> tuple[int, int]:
        """First and last frame (both inclusive) of an annotation."""
        return self.frame_at(start_ms), self.frame_at(end_ms)

    def ms_of(self, first: int, last: int) -> tuple[int, int]:
        """Start and end in ms of the frames ``first`` … ``last`` (inclusive); one frame alone lasts one frame."""
        return self.ms_at(first), self.ms_at(max(last, first + 1))
