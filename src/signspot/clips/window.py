"""Which frames make one network input."""

from dataclasses import dataclass

from signspot.errors import InputError


@dataclass(frozen=True)
class Window:
    """Clips of ``length`` frames, one every ``stride`` frames of the usable range; published: 8 and 4.

    Clip i stands for the frame ``first + stride * i`` and begins ``length // 2`` frames before it, as published. It may
    begin before the usable range and end after it: those frames are padding.

    Raises:
        InputError: a number is less than 1.
    """

    length: int = 8
    stride: int = 4

    def __post_init__(self) -> None:
        for key in ("length", "stride"):
            if getattr(self, key) < 1:
                raise InputError(f"clips.{key}: is {getattr(self, key)}, expected 1 or more. Correct the value.")

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
