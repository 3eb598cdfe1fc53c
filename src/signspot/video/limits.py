"""How much a video may ask for: a small file can name hours without a picture, or pictures of a gigabyte."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from signspot.errors import InputError

VARIABLE = "SIGNSPOT_VIDEO_LIMITS"
"""The environment variable that raises limits where no configuration is read, as in ``hours=20,gap_s=4000``."""
STILL_S = 1.0
"""Seconds from a picture to the next that count as no gap yet."""


@dataclass(frozen=True)
class Limits:
    """What a video may have at most; beyond that, it is refused with a message that names the limit.

    Args:
        side_px: width and height of its pictures, in px as shown.
        gap_s: seconds without a picture, all gaps of more than a second together.
        hours: how long it may last.
        frames_per_kilobyte: pictures per 1000 bytes of the file.
        probe_s: seconds that FFmpeg may take to look at it, and a second more for each 5 MB of the file.

    Raises:
        InputError: a limit is no positive number.
    """

    side_px: float = 8192
    gap_s: float = 600
    hours: float = 12
    frames_per_kilobyte: float = 200
    probe_s: float = 60

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
                raise InputError(f"video.{name}: is {value!r}, expected a number above 0. Change it.")

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Limits":
        """The limits of the block ``video`` of a configuration, where it names them, else those of the environment.

        Raises:
            InputError: the environment variable cannot be read, or a limit is unknown or no positive number.
        """
        given: dict[str, Any] = {}
        names = [field.name for field in fields(cls)]
        for part in filter(None, os.environ.get(VARIABLE, "").split(",")):
            name, _, value = part.strip().partition("=")
            try:
                given[name] = float(value)
            except ValueError as error:
                raise InputError(f"{VARIABLE}: {part!r} is no limit. Expected side_px=16000,gap_s=60.") from error
        block = config.get("video", {})
        if not isinstance(block, Mapping):
            raise InputError(f"video: is {block!r}, expected limits such as gap_s: 600. Correct the configuration.")
        given |= block
        if unknown := given.keys() - set(names):
            wrong = ", ".join(map(str, sorted(unknown, key=str)))
            raise InputError(f"video.{wrong}: there is no such limit of videos. Expected {', '.join(names)}.")
        return cls(**given)

    @property
    def pixels(self) -> int:
        """Most pixels of a picture: those of a 16:9 picture of the longest side."""
        return int(self.side_px**2 * 9 / 16)

    def check_size(self, path: Any, width: int, height: int) -> None:
        """Checks the size of pictures, in px.

        Raises:
            InputError: they are too large.
        """
        if max(width, height) > self.side_px or width * height > self.pixels:
            most = f"{self.side_px:g}x{self.pixels / self.side_px:g}"
            raise self._error(path, f"has pictures of {width}x{height} px", f"{most} px, or as many", "side_px")

    def most_frames(self, size: int) -> int:
        """Most pictures of a file of so many bytes."""
        return int(np.ceil(size / 1000 * self.frames_per_kilobyte))

    def too_many_frames(self, path: Any, size: int) -> InputError:
        """The error of a file of so many bytes with more pictures than :meth:`most_frames`."""
        what = f"has more than {self.most_frames(size)} frames in {size} bytes"
        return self._error(path, what, f"{self.frames_per_kilobyte:g} per 1000 bytes", "frames_per_kilobyte")

    def check_times(self, path: Any, times: np.ndarray, last_s: float) -> None:
        """Checks when pictures are shown.

        Args:
            path: the video.
            times: float (pictures,), seconds, in any order.
            last_s: how long the last one is shown, in seconds.

        Raises:
            InputError: pictures are too far from each other, or the video is too long.
        """
        times = np.sort([*times, min(0.0, times.min()), times.max() + max(last_s, 0.0)])
        steps = np.diff(times)
        longest = int(steps.argmax())
        gaps = float(np.maximum(steps - STILL_S, 0).sum())
        if gaps > self.gap_s:
            first, end = times[longest : longest + 2]
            what = f"shows no picture for {gaps:.0f} s in all, above all not from {first:.1f} s to {end:.1f} s"
            raise self._error(path, what, f"{self.gap_s:g} s", "gap_s")
        if times[-1] > self.hours * 3600:
            raise self._error(path, f"lasts {times[-1] / 3600:.1f} hours", f"{self.hours:g} hours", "hours")

    def too_slow(self, path: Any, seconds: float) -> InputError:
        """The error of a video at which FFmpeg looks for too long."""
        what = f"took FFmpeg more than {seconds:.0f} s to look at"
        return self._error(path, what, f"{self.probe_s:g} s and a second for each 5 MB", "probe_s")

    def probe_seconds(self, size: int) -> float:
        """How long FFmpeg may look at a file of so many bytes."""
        return self.probe_s + size / 5e6

    @staticmethod
    def _error(path: Any, what: str, most: str, key: str) -> InputError:
        return InputError(
            f"{path}: {what}; at most {most} are taken. Check the video; if it is right, raise the limit: video.{key} "
            f"in the configuration, or {VARIABLE}={key}=NUMBER in the environment."
        )
