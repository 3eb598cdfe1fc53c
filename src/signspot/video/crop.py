"""Finds one square window about the signer of a video, and writes the frames of this window."""

import logging
from pathlib import Path

import numpy as np

from signspot.errors import InputError
from signspot.video.decode import WHOLE, Crop, Span, VideoInfo, frames, full_frames, probe
from signspot.video.limits import Limits
from signspot.video.mediapipe import array, in_threads, native_log, solution
from signspot.video.program import program
from signspot.video.store import store_frames

__all__ = ["Crop", "find_crop", "write_frames"]

log = logging.getLogger(__name__)

TRUNK = (0, 11, 12, 23, 24)
"""Pose landmarks whose mean is the middle of the signer: nose, shoulders, hips."""
SAMPLES = (8, 64)
"""Least and largest number of frames in which the signer is looked for; between them, one frame a second."""
LEAST_FRAMES = 8
"""Frames of a published clip. A shorter video gives no whole clip."""


def find_crop(
    path: Path | str, info: VideoInfo | None = None, span: Span = WHOLE, limits: Limits | None = None
) -> Crop:
    """The window about the signer: one window for the whole video, as high as the video.

    The middle of the window is the mean x of the ``TRUNK`` landmarks over frames at equal distances. The window may
    reach beyond the video, and is black there. So a video in portrait format is kept whole, with black sides.

    Args:
        path: the video.
        info: what :func:`signspot.video.decode.probe` tells of the video; None to probe it here.
        span: the part of the video to use.
        limits: what the video may have at most; None for those of the environment.

    Raises:
        InputError: no person is found in any of these frames, or the video cannot be decoded.
    """
    info = info or probe(path, limits)
    seconds = _used_seconds(path, info, span)
    count = int(np.clip(round(seconds), *SAMPLES))
    pose = solution("pose")
    with native_log(), in_threads(pose.Pose, 1)(static_image_mode=True, model_complexity=1) as model:
        found = [
            array(model.process(frame).pose_landmarks, 33)[TRUNK, 0]
            for frame in full_frames(path, info, count / seconds, span, limits)
        ]
    x = np.array(found, np.float64).reshape(-1, len(TRUNK))
    seen = ~np.isnan(x).any(axis=1)
    if not seen.any():
        raise InputError(
            f"{path}: no person found in any of {len(x)} frames. Check that it is the right video, that the signer is "
            "upright and well lit, and start_ms and end_ms if given; or leave it out."
        )
    log.info("%s: signer found in %d of %d frames", path, seen.sum(), len(x))
    centre = float(np.clip(x[seen].mean(), 0, 1) * info.width)
    return Crop(centre, info.height, info.width, info.height)


def write_frames(
    path: Path | str,
    out: Path | str,
    fps: float,
    size: int = 256,
    span: Span = WHOLE,
    limits: Limits | None = None,
) -> None:
    """Writes the frame store of a video: cropped about the signer, ``fps`` frames per second, ``size`` x ``size`` px.

    Args:
        path: the video.
        out: the frame store, named after the video, with suffix .h5.
        fps: frames per second of the store.
        size: side of the frames, in px.
        span: the part of the video to use.
        limits: what the video may have at most; None for those of the environment.

    Raises:
        InputError: the video is missing, damaged, beyond a limit or too short for a clip, or shows no person.
    """
    info = probe(path, limits)
    if info.is_at(fps):
        log.info("%s: %dx%d px, %g fps", path, info.width, info.height, fps)
    else:
        kind = "variable rate, on average " if info.variable else ""
        log.info("%s: %dx%d px, resampled from %s%.3f to %g fps", path, info.width, info.height, kind, info.fps, fps)
    crop = find_crop(path, info, span, limits)
    attributes = {
        "video": Path(out).stem,
        "fps": fps,
        "size": size,
        "centre_x": crop.centre_x,
        "side": crop.side,
        "source_width": info.width,
        "source_height": info.height,
        "source_fps": info.fps,
        "resampled": not info.is_at(fps),
        "start_ms": span.start_ms,
        "ffmpeg": str(program()),
    } | ({} if span.end_ms is None else {"end_ms": span.end_ms})
    count = store_frames(frames(path, fps, crop, size, span, limits), out, attributes, LEAST_FRAMES)
    log.info("%s: %d frames about x = %.0f px", out, count, crop.centre_x)


def _used_seconds(path: Path | str, info: VideoInfo, span: Span) -> float:
    end = info.duration_ms if span.end_ms is None else min(span.end_ms, info.duration_ms)
    if not 0 <= span.start_ms < end:
        raise InputError(
            f"{path}: nothing lies between start_ms {span.start_ms} and end_ms {end}; the video lasts "
            f"{info.duration_ms} ms. Correct them in the table of videos, or leave them out."
        )
    return (end - span.start_ms) / 1000
