"""What is done to the frames of one clip: always the same thing to all of them.

Frames are uint8 (n, H, W, channels): RGB images, or levels of one or more flows (u, v), 128 being none.
"""

import cv2
import numpy as np

MOST_CHANNELS = 4
"""That OpenCV averages over areas at a time."""


def centre_crop(frames: np.ndarray, size: int) -> np.ndarray:
    """The ``size`` x ``size`` px in the middle, or as much of them as there is; halves are rounded to even."""
    height, width = frames.shape[1:3]
    return _crop(frames, max(round((height - size) / 2), 0), max(round((width - size) / 2), 0), size)


def random_crop(frames: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """``size`` x ``size`` px anywhere, or as much of them as there is.

    Args:
        frames: uint8 (n, H, W, channels).
        size: side of the crop in px.
        rng: chooses the place.
    """
    height, width = frames.shape[1:3]
    top, left = (int(rng.integers(0, max(side - size, 0), endpoint=True)) for side in (height, width))
    return _crop(frames, top, left, size)


def _crop(frames: np.ndarray, top: int, left: int, size: int) -> np.ndarray:
    return frames[:, top : top + size, left : left + size]


def mirror(frames: np.ndarray) -> np.ndarray:
    """Left and right exchanged."""
    mirrored = np.empty_like(frames, order="C")
    for source, target in zip(frames, mirrored, strict=True):
        cv2.flip(source, 1, dst=target)
    return mirrored


def mirror_flow(levels: np.ndarray) -> np.ndarray:
    """Left and right exchanged, and with them the sign of every u."""
    mirrored = levels[:, :, ::-1].copy(order="K")  # u and v lie apart in memory, and stay so
    np.negative(mirrored[..., ::2], out=mirrored[..., ::2])  # in 8 bits, 256 - level
    return mirrored


def rotate(frames: np.ndarray, degrees: float, border: int = 0) -> np.ndarray:
    """Turned about their middle.

    Args:
        frames: uint8 (n, H, W, channels).
        degrees: counter-clockwise.
        border: level of what comes in from outside.
    """
    height, width = frames.shape[1:3]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    rotated = np.empty(frames.shape, np.uint8)
    for source, target in zip(frames, rotated, strict=True):
        cv2.warpAffine(np.ascontiguousarray(source), turn, (width, height), dst=target, borderValue=(border,) * 4)
    return rotated


def rotate_flow(levels: np.ndarray, degrees: float) -> np.ndarray:
    """Turned about their middle, and with them the direction of the motion; outside, nothing moves."""
    moved = rotate(levels, degrees, border=128)
    turn = cv2.getRotationMatrix2D((128, 128), degrees, 1)
    turned = np.empty_like(moved)
    for source, target in zip(moved, turned, strict=True):
        cv2.transform(source, turn, dst=target)
    return np.maximum(turned, 1)  # levels are 1 … 255, symmetric about 128


def grey(frames: np.ndarray) -> np.ndarray:
    """Without colour: all three channels are the luma."""
    pixels = np.ascontiguousarray(frames).reshape(-1, frames.shape[2], 3)
    return cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB).reshape(frames.shape)


def colour_jitter(frames: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Another light and another camera: level -> 255 (level / 255) ** gamma, times a gain per channel.

    Gamma, the common gain and the gain of each channel are e to the power of a number drawn from ±``strength`` (the
    last: half of that). Black stays black, so masked pixels stay masked.

    Args:
        frames: uint8 (n, H, W, channels).
        strength: 0 changes nothing.
        rng: draws gamma and gains.
    """
    channels = frames.shape[-1]
    gamma = np.exp(rng.uniform(-strength, strength))
    gain = np.exp(rng.uniform(-strength, strength) + rng.uniform(-strength / 2, strength / 2, channels))
    table = np.clip(255 * np.linspace(0, 1, 256)[:, None] ** gamma * gain, 0, 255).round().astype(np.uint8)
    pixels = np.ascontiguousarray(frames).reshape(-1, 1, channels)
    return cv2.LUT(pixels, table[:, None]).reshape(frames.shape)


def keep_boxes(frames: np.ndarray, centres: np.ndarray, side: int) -> np.ndarray:
    """The frames with everything 0 but square boxes.

    Args:
        centres: (n, boxes, 2), x and y in px; truncated to whole px.
        side: of a box, in px: it covers ``centre - side / 2`` … ``centre + side / 2 - 1``, as far as the frame goes.
    """
    height, width = frames.shape[1:3]
    corners = np.trunc(centres).astype(int) - side // 2
    starts, stops = (np.clip(edge, 0, (width, height)) for edge in (corners, corners + side))
    kept = np.zeros_like(frames)
    for i, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        for (left, top), (right, bottom) in zip(start, stop, strict=True):
            kept[i, top:bottom, left:right] = frames[i, top:bottom, left:right]
    return kept


def resize(frames: np.ndarray, size: int) -> np.ndarray:
    """Frames of ``size`` x ``size`` px, area-averaged; untouched if they have that size."""
    if frames.shape[1:3] == (size, size):
        return frames
    if frames.shape[-1] > MOST_CHANNELS:
        groups = np.split(frames, range(MOST_CHANNELS, frames.shape[-1], MOST_CHANNELS), axis=-1)
        return np.concatenate([resize(group, size) for group in groups], axis=-1)
    resized = np.empty((len(frames), size, size, frames.shape[-1]), np.uint8)
    for source, target in zip(frames, resized, strict=True):
        cv2.resize(np.ascontiguousarray(source), (size, size), dst=target, interpolation=cv2.INTER_AREA)
    return resized
