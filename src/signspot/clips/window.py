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
