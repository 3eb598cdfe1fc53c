"""Finds one square window about the signer of a video, and writes the frames of this window."""

import logging
from pathlib import Path
from typing import Any

import numpy as np

from signspot.corpus.regions import region_of
from signspot.errors import InputError
from signspot.video.decode import WHOLE, Crop, Span, VideoInfo, frames, probe, sampled_frames
from signspot.video.limits import Limits
from signspot.video.mediapipe import array, in_threads, native_log, solution
from signspot.video.people import TRUNK, Footage, People
from signspot.video.program import program
from signspot.video.store import store_frames

__all__ = ["Crop", "find_crop", "write_frames"]

log = logging.getLogger(__name__)

SAMPLES = (8, 64)
"""Least and largest number of frames in which the signer is looked for; between them, one frame a second."""
LEAST_FRAMES = 8
"""Frames of a published clip. A shorter video gives no whole clip, and is none unless it shows a single sign."""


def find_crop(
    path: Path | str,
    info: VideoInfo | None = None,
    span: Span = WHOLE,
    limits: Limits | None = None,
    region: str = "",
) -> Crop:
    """The window about the signer: one window for the whole video, as high as the video.

    The middle of the window is the mean x of the ``TRUNK`` landmarks over frames at equal distances. The window may
    reach beyond the video, and is black there. So a video in portrait format is kept whole, with black sides. Of
    several people, it is about the one who is found most often, and a warning is logged.

    Args:
        path: the video.
        info: what :func:`signspot.video.decode.probe` tells of the video; None to probe it here.
        span: the part of the video to use.
        limits: what the video may have at most; None for those of the environment.
        region: the part of its picture to use, see :func:`signspot.corpus.regions.region_of`.

    Raises:
        InputError: no person is found in any of these frames, the region lies beyond the picture, or the video cannot
            be decoded.
    """
    return find_signer(path, info or probe(path, limits), span, limits, region)[0]


def find_signer(
    path: Path | str, info: VideoInfo, span: Span, limits: Limits | None, region: str, may_be_empty: bool = False
) -> tuple[Crop, list[str]]:
    """The window of :func:`find_crop`, and what there is to tell of the picture, which is logged as warnings.

    The window of a picture that may be empty, and is, is about its middle.
    """
    try:
        chosen = region_of(region, info.width, info.height) if region else None
    except InputError as error:
        raise InputError(f"{path}: {error} Correct the table of videos.") from error
    footage = Footage(path, info, span, limits, chosen)
    seconds = _used_seconds(path, info, span)
    count = int(np.clip(round(seconds), *SAMPLES))
    pose = solution("pose")
    with native_log(), in_threads(pose.Pose, 1)(static_image_mode=True, model_complexity=1) as model:
        found = [
            array(model.process(frame).pose_landmarks, 33)
            for frame in sampled_frames(path, info, count / seconds, span, limits, chosen)
        ]
        landmarks = np.array(found, np.float32).reshape(-1, 33, 3)
        people = People(footage, 1000 * seconds / count, landmarks, lambda picture: _person(model, picture))
        seen, lacking = people.seen, people.lacking()
        if not seen.any():
            if not may_be_empty:
                raise InputError(f"{path}: {lacking}")
            log.warning("%s: %s", path, lacking)
            picture = footage.picture
            return Crop(picture.width / 2, picture.height, info.width, info.height, chosen), [lacking]
        mine, others = people.one()
    x = np.ascontiguousarray(landmarks[mine][:, TRUNK, 0], np.float64)
    picture = footage.picture
    crop = Crop(float(np.clip(x.mean(), 0, 1) * picture.width), picture.height, info.width, info.height, chosen)
    log.info("%s: signer found in %d of %d frames", path, seen.sum(), len(seen))
    told = [*filter(None, (info.warning, lacking, others, people.turned(mine), people.beyond(mine, crop)))]
    for warning in told:
        log.warning("%s: %s", path, warning)
    return crop, told


def write_frames(
    path: Path | str,
    out: Path | str,
    fps: float,
    size: int = 256,
    span: Span = WHOLE,
    limits: Limits | None = None,
    region: str = "",
    may_be_empty: bool = False,
    least_frames: int = LEAST_FRAMES,
) -> None:
    """Writes the frame store of a video: cropped about the signer, ``fps`` frames per second, ``size`` x ``size`` px.

    Args:
        path: the video.
        out: the frame store, named after the video, with suffix .h5.
        fps: frames per second of the store.
        size: side of the frames, in px.
        span: the part of the video to use.
        limits: what the video may have at most; None for those of the environment.
        region: the part of its picture to use, as in :func:`find_crop`.
        may_be_empty: a video may show nobody: it is then cropped about its middle, and a warning is logged.
        least_frames: of the store.

    Raises:
        InputError: the video is missing, damaged, beyond a limit or too short; or it shows no person, and may not be
            empty.
    """
    info = probe(path, limits)
    if info.is_at(fps):
        log.info("%s: %dx%d px, %g fps", path, info.width, info.height, fps)
    else:
        kind = "variable rate, on average " if info.variable else ""
        log.info("%s: %dx%d px, resampled from %s%.3f to %g fps", path, info.width, info.height, kind, info.fps, fps)
    crop, warnings = find_signer(path, info, span, limits, region, may_be_empty)
    optional = {
        "end_ms": span.end_ms,
        "region": None if crop.region is None else str(crop.region),
        "warnings": "\n".join(warnings) or None,
    }
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
        **{name: value for name, value in optional.items() if value is not None},
    }
    count = store_frames(frames(path, fps, crop, size, span, limits), out, attributes, least_frames)
    log.info("%s: %d frames about x = %.0f px", out, count, crop.centre_x)


def _person(model: Any, picture: np.ndarray) -> np.ndarray:
    return array(model.process(picture).pose_landmarks, 33)


def _used_seconds(path: Path | str, info: VideoInfo, span: Span) -> float:
    end = info.duration_ms if span.end_ms is None else min(span.end_ms, info.duration_ms)
    if not 0 <= span.start_ms < end:
        raise InputError(
            f"{path}: nothing lies between start_ms {span.start_ms} and end_ms {end}; the video lasts "
            f"{info.duration_ms} ms. Correct them in the table of videos, or leave them out."
        )
    return (end - span.start_ms) / 1000
