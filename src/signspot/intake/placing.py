"""Moves annotations from the time of their document to the time of their video, and keeps them within the video."""

from collections.abc import Sequence
from typing import NamedTuple

from signspot.corpus.elan import Media
from signspot.intake.profiles import GlossAnnotation
from signspot.timebase import Timebase
from signspot.video.decode import VideoInfo

NO_LENGTH = "zero length"
NEGATIVE = "negative length"
BEYOND = "begins after the end of the video"
BEFORE = "ends before the video begins"
REASONS = (NO_LENGTH, NEGATIVE, BEFORE, BEYOND)
"""Reasons to leave an annotation out because of its times."""


class Placement(NamedTuple):
    """An annotation in ms of the video; ``cut`` tells what was cut off, "" if nothing was."""

    sign: GlossAnnotation
    cut: str = ""


def place(
    signs: Sequence[GlossAnnotation], medium: Media | None, info: VideoInfo | None, fps: float
) -> list[Placement]:
    """Annotations in ms of the video, by start. An annotation that cannot be used bears the reason.

    An annotation that leaves the video by more than a frame of the corpus is cut. An annotation outside the video is
    left out.

    Args:
        signs: annotations in ms of the document.
        medium: the link to the video, which tells where in the video the document begins; None for its start.
        info: what the video file holds; None if the file is missing, so that the end of the video is unknown.
        fps: frame rate of the corpus.
    """
    shift = medium.video_ms if medium else int
    moved = [sign._replace(start_ms=shift(sign.start_ms), end_ms=shift(sign.end_ms)) for sign in signs]
    timebase = Timebase(fps)
    frames = timebase.frame_at(info.duration_ms) if info else None
    return [_within(sign, timebase, frames) for sign in sorted(moved, key=lambda sign: (sign.start_ms, sign.end_ms))]


def _within(sign: GlossAnnotation, timebase: Timebase, frames: int | None) -> Placement:
    """The placement of an annotation in ms of the video; ``frames`` is the length of the video, None if unknown."""
    if sign.left_out:
        return Placement(sign)
    if sign.end_ms <= sign.start_ms:
        return Placement(sign._replace(left_out=NEGATIVE if sign.end_ms < sign.start_ms else NO_LENGTH))
    if sign.end_ms <= 0:
        return Placement(sign._replace(left_out=BEFORE))
    if frames is not None and sign.start_ms >= timebase.ms_at(frames):
        return Placement(sign._replace(left_out=BEYOND))
    cut = []
    if sign.start_ms < 0:
        cut.append(f"began {-sign.start_ms} ms before the video")
    end = sign.end_ms
    if frames is not None and end >= timebase.ms_at(frames + 1):
        end = timebase.ms_at(frames)
        cut.append(f"ended {sign.end_ms - end} ms after the video")
    return Placement(sign._replace(start_ms=max(0, sign.start_ms), end_ms=end), " and ".join(cut))
