"""Descriptors of both hands in every frame: where they are, what shape they have, how they move.

They are in units of the signer's own body, and leave out depth, which no detector gives well enough to turn a view.
They have 25 frames per second, whatever the rate of the video.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d

FPS = 25.0
NOSE, SHOULDERS = 0, (11, 12)
ELBOWS, WRISTS = (14, 13), (16, 15)
"""In MediaPipe Pose; the right hand of the signer comes first, as everywhere in descriptors."""
HAND_POINTS = 22
"""Points of a hand: its wrist, its elbow, and 20 joints relative to the wrist."""
SIZE = 2 * HAND_POINTS + 2
"""Numbers of a hand: x and y of its points, and the velocity of the wrist."""
LARGEST_REACH = 0.45
"""Units between the wrist of a hand and that of its arm, from which on the hand is not that of the arm."""
HEAD_UNITS = 1.3
"""Width of the shoulders in heights of the nose above them. Shoulders turn, heads nod: the larger one is the unit."""
SHOULDER_SIGMA, HAND_SIGMA = 0.08, 0.028
"""Widths of the Gaussians that smooth shoulders and hands, in seconds."""
REACH = 2
"""Frames to either side between which velocity is measured; its unit is a unit per five frames."""


def body_unit(pose: np.ndarray) -> float:
    """The unit of length of a signer: the width of the shoulders, in the lengths of the landmarks.

    Args:
        pose: (T, 33, 2 or more), NaN where not found; found in one frame at least.
    """
    left, right = (pose[:, joint, :2].astype(np.float64) for joint in SHOULDERS)
    width = np.nanmedian(np.linalg.norm(left - right, axis=1))
    height = np.nanmedian((left[:, 1] + right[:, 1]) / 2 - pose[:, NOSE, 1])
    return float(max(width, HEAD_UNITS * height, 1e-6))


def descriptor_count(frames: float, fps: float) -> int:
    """How many descriptors so many frames of landmarks give."""
    return int(np.ceil(frames * FPS / fps - 1e-6))  # but for errors of rounding


def descriptors(
    pose: np.ndarray,
    left_hand: np.ndarray,
    right_hand: np.ndarray,
    fps: float,
    unit: float | None = None,
    start: float = 0.0,
) -> np.ndarray:
    """The descriptors of a video, float32 (ceil((T - start) * 25 / fps), 2, 46), right hand first; see ``SIZE``.

    Args:
        pose: (T, 33, 2 or more), of equal scale in x and y; NaN where not found.
        left_hand, right_hand: (T, 21, 2 or more), likewise.
        fps: frames per second of the landmarks.
        unit: of the signer, see :func:`body_unit`; None: that of these frames.
        start: moment of the first descriptor, in frames of the landmarks.
    """
    unit = body_unit(pose) if unit is None else unit
    pose = filled(pose[..., :2].astype(np.float64))
    origin = _smooth(pose[:, list(SHOULDERS)], SHOULDER_SIGMA * fps).mean(1)
    hands = [
        _points(hand[..., :2].astype(np.float64), pose[:, wrist], pose[:, elbow], origin, unit, fps)
        for hand, wrist, elbow in zip((right_hand, left_hand), WRISTS, ELBOWS, strict=True)
    ]
    points = _resampled(np.stack(hands, 1), fps, start)
    return np.concatenate([points, velocities(points[..., :2])], 2).astype(np.float32)


def _points(
    hand: np.ndarray, wrist: np.ndarray, elbow: np.ndarray, origin: np.ndarray, unit: float, fps: float
) -> np.ndarray:
    """The points of a hand, (T, 44)."""
    with np.errstate(invalid="ignore"):
        found = np.linalg.norm(hand[:, 0] - wrist, axis=1) <= LARGEST_REACH * unit
    place = np.where(found[:, None], hand[:, 0], wrist)
    shape = filled(np.where(found[:, None, None], hand[:, 1:] - hand[:, :1], np.nan)) / unit
    parts = [(place - origin) / unit, (elbow - origin) / unit, shape.reshape(len(hand), -1)]
    return np.concatenate([_smooth(part, HAND_SIGMA * fps) for part in parts], 1)


def _smooth(values: np.ndarray, sigma: float) -> np.ndarray:
    return gaussian_filter1d(values, sigma, axis=0, mode="nearest")


def _resampled(points: np.ndarray, fps: float, start: float) -> np.ndarray:
    """Points (T, …) at 25 frames per second from a moment on, on the lines between their frames."""
    if fps == FPS and not start:
        return points
    times = np.minimum(start + np.arange(descriptor_count(len(points) - start, fps)) * fps / FPS, len(points) - 1)
    before = times.astype(int)
    after = np.minimum(before + 1, len(points) - 1)
    share = (times - before).reshape(-1, *[1] * (points.ndim - 1))
    return points[before] * (1 - share) + points[after] * share


def velocities(place: np.ndarray) -> np.ndarray:
    """The velocities of places (T, …) of successive frames; 0 in the first and last frames, where they are unknown."""
    result = np.zeros_like(place)
    if len(place) > 2 * REACH:
        result[REACH:-REACH] = (place[2 * REACH :] - place[: -2 * REACH]) * 5 / (2 * REACH)
    return result


def filled(values: np.ndarray) -> np.ndarray:
    """Values (T, …), of which missing ones, NaN, lie on the line between those before and after; the ends are copied.

    What is missing in all frames is 0.
    """
    flat = values.reshape(len(values), -1)
    frames, result = np.arange(len(values)), np.zeros_like(flat)
    for column, numbers in enumerate(flat.T):
        known = np.isfinite(numbers)
        if known.any():
            result[:, column] = np.interp(frames, frames[known], numbers[known])
    return result.reshape(values.shape)


def mirrored(hands: np.ndarray) -> np.ndarray:
    """The descriptors (…, 2, 46) of a signer in a mirror: sides exchanged, x negated."""
    result = hands[..., ::-1, :].copy()
    result[..., 0::2] *= -1
    return result
