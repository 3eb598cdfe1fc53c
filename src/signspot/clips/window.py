"""Which frames make one network input."""

from dataclasses import dataclass
from typing import Literal, get_args

from signspot.errors import InputError, shown

Sign = Literal["around", "own", "repeated", "parts"]
"""How a clip is cut about a single sign: ``around``, successive frames about its middle, with what is around it;
``own``, its frames alone, zeros behind them; ``repeated``, successive frames of it, of a short one the first or the
last again and again; ``parts``, one frame of each of equal parts."""


@dataclass(frozen=True)
class Window:
    """Clips of ``length`` frames, one every ``stride`` frames of the usable range; published: 8 and 4.

    Clip i stands for the frame ``first + stride * i`` and begins ``length // 2`` frames before it, as published. It may
    begin before the usable range and end after it: those frames are padding.

    Args:
        length, stride: in frames.
        sign: how a sampler of single signs cuts one, see :mod:`signspot.clips.cuts`. Clips of the grid and windows of a
            video are successive frames for all of them.

    Raises:
        InputError: a number is less than 1, or ``sign`` is unknown.
    """

    length: int = 8
    stride: int = 4
    sign: Sign = "around"

    def __post_init__(self) -> None:
        for key in ("length", "stride"):
            if getattr(self, key) < 1:
                raise InputError(f"clips.{key}: is {getattr(self, key)}, expected 1 or more. Correct the value.")
        if self.sign not in get_args(Sign):
            known = ", ".join(get_args(Sign))
            raise InputError(f"clips.sign: is {shown(self.sign)}, expected one of {known}. Correct the value.")

    @property
    def grid(self) -> dict[str, int]:
        """Length and stride: all that tells the clips of a whole video apart, however single signs are cut."""
        return {"length": self.length, "stride": self.stride}

    def count(self, first: int, last: int) -> int:
        """Clips of the usable range ``first`` … ``last`` (inclusive): one per started stride."""
        return -(-(last - first + 1) // self.stride)

    def start(self, first: int, clip: int) -> int:
        """The first frame of a clip."""
        return first + self.stride * clip - self.length // 2


def window_starts(first: int, last: int, length: int, stride: int) -> list[int]:
    """First frames of the windows of a video, in order, so that every frame lies in a window.

    There is one every stride, and a last one that ends with the video. A video shorter than a window has one.

    Args:
        first, last: usable range of the video, inclusive frames.
        length, stride: of the windows, in frames.

    Raises:
        ValueError: the stride is longer than a window, so that frames would lie between two of them.
    """
    if stride > length:
        raise ValueError(f"expected a stride of at most {length} frames, the length of a window, not {stride}")
    if last < first:
        return []
    final = max(last + 1 - length, first)
    return [*range(first, final, stride), final]


def whole_windows(first: int, last: int, length: int, stride: int, start: int) -> range:
    """First frames of the windows of a grid of which all frames lie in the usable range; none of a shorter video.

    Args:
        first, last: usable range of the video, inclusive frames.
        length, stride: of the windows, in frames.
        start: first frame of any window of the grid.
    """
    return range(first + (start - first) % stride, last + 2 - length, stride)
