"""Training clips about a spotting that tells one frame of a sign, and neither its start nor its end."""

from dataclasses import dataclass

import numpy as np

from signspot.errors import InputError

LENGTH = 16
"""Frames of a clip."""


@dataclass(frozen=True)
class Reach:
    """The frames about a spotted one in which the clips of its sign lie, both ends included.

    Args:
        before: frames before the spotted one.
        after: frames after it.
    """

    before: int
    after: int

    def starts(self, frame: int, frames: int, length: int = LENGTH) -> range:
        """The first frames of all clips of a spotting, at least one.

        What reaches beyond the video is cut off. Where less than a clip is left, the clip begins with it, or ends with
        the video. A video that is shorter than a clip is to be padded with its last frame.

        Args:
            frame: the spotted one, from 0 on.
            frames: of the video.
            length: of a clip, in frames.

        Raises:
            InputError: the frame lies outside the video.
        """
        if not 0 <= frame < frames:
            raise InputError(
                f"a spotting at frame {frame} lies outside its video of {frames} frames (from 0). "
                "Check that both are of the same video and frame rate."
            )
        first, last = max(frame - self.before, 0), min(frame + self.after, frames - 1)
        first = max(min(first, frames - length), 0)
        return range(first, max(first, last + 1 - length) + 1)

    def draw(self, frame: int, frames: int, rng: np.random.Generator, length: int = LENGTH) -> int:
        """The first frame of one clip at random; all are as likely.

        Args:
            frame, frames, length: as for :meth:`starts`.
            rng: of the draw.

        Raises:
            InputError: as for :meth:`starts`.
        """
        return int(rng.choice(self.starts(frame, frames, length)))


MOUTHING = Reach(15, 4)
"""About a mouthing, which comes late in its sign."""
DICTIONARY = Reach(3, 22)
"""About the start of a sign that was found by a video of a dictionary."""
CENTRE = Reach(13, 12)
"""About the middle of a sign."""


def about_centre(length: int) -> Reach:
    """As :data:`CENTRE`, for clips of another length: they lie as many frames beside the middle of the sign.

    Args:
        length: of a clip, in frames.
    """
    before, after = CENTRE.before - LENGTH // 2, CENTRE.after + 1 - LENGTH // 2
    return Reach(length // 2 + before, length - length // 2 + after - 1)
