"""Annotations in the time of their video: moved by where the document begins, and kept within the video."""

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
"""Why an annotation is left out for its times."""


class Placement(NamedTuple):
    """An annotation in ms of the video; ``cut``: what was cut off."""

    sign: GlossAnnotation
    cut: str = ""


def place(
    signs: Sequence[GlossAnnotation], medium: Media | None, info: VideoInfo | None, fps: float
) -> list[Placement]:
    """Annotations in ms of the video, those that cannot be used with the reason why.

    An annotation that leaves the video by more than a frame of the corpus is cut; one outside it is left out.

    Args:
        medium: the link to the video, which tells where in it the document begins.
        info: None if the video is not there; then its end is not known.
    """
    shift = medium.video_ms if medium else int
    moved = [sign._replace(start_ms=shift(sign.start_ms), end_ms=shift(sign.end_ms)) for sign in signs]
    timebase = Timebase(fps)
    frames = timebase.frame_at(info.duration_ms) if info else None
    return [_within(sign, timebase, frames) for sign in sorted(moved, key=lambda sign: (sign.start_ms, sign.end_ms))]


def _within(sign: GlossAnnotation, timebase: Timebase, frames: int | None) -> Placement:
    """``frames``: length of the video, rounded down; None if it is not known."""
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
