"""TV-L1 on one core. A step passes over the image once; the loops of OpenCV pass over it about twenty times."""

import cv2
import numpy as np

from signspot.compute.kernels import compile_alone
from signspot.flow.kernels import iterate, median, warp
from signspot.flow.tvl1 import EPSILON, MEDIAN_ROUNDS, SCALE_STEP, WARPS, sides


def compile_kernels() -> None:
    """Compiles the kernels; a median that ranks by the wrong function would make the flow wrong from then on."""
    compile_alone(iterate, lambda: flow_of_pair(*np.zeros((2, 32, 32), np.uint8)))


def flow_of_pair(previous: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Motion from one frame to the next.

    Args:
        previous: a grey frame, uint8 (H, W).
        following: the next frame, uint8 (H, W).

    Returns:
        float32 (2, H, W), in px, u to the right and v down: what ``previous`` shows at (x, y), ``following`` shows at
        (x + u, y + v).
    """
    pyramid = _pyramid(previous.astype(np.float32), following.astype(np.float32))
    u, v = np.zeros((2, *pyramid[-1][0].shape), np.float32)
    for before, after in reversed(pyramid):
        if u.shape != before.shape:
            u, v = (_resized(component, before.shape) * np.float32(1 / SCALE_STEP) for component in (u, v))
        u, v = _refined(before, after, u, v)
    return np.stack([u, v])


def _pyramid(previous: np.ndarray, following: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The pair at ever smaller scales, full size first."""
    levels = [(previous, following)]
    for _ in sides(*previous.shape)[1:]:
        # OpenCV takes the distance of samples from the factor if it is given, else from the rounded sizes.
        levels.append(
            tuple(
                cv2.resize(image, None, fx=SCALE_STEP, fy=SCALE_STEP, interpolation=cv2.INTER_LINEAR)
                for image in levels[-1]
            )
        )
    return levels


def _resized(component: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    height, width = shape
    return cv2.resize(component, (width, height), interpolation=cv2.INTER_LINEAR)


def _refined(before: np.ndarray, after: np.ndarray, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The flow (u, v) of one scale; ``u`` and ``v`` come from the next smaller scale, and change in place."""
    height, width = before.shape
    images = np.stack([after, *_slopes(after)], axis=-1)
    dual = _zero_dual(height, width)
    linear = np.empty((4, height, width), np.float32)
    spare = np.empty((2, height, width), np.float32)
    limit = EPSILON**2 * height * width
    for _ in range(WARPS):
        warp(images, before, u, v, *linear)
        for _ in range(MEDIAN_ROUNDS):
            median(u, spare[0])
            median(v, spare[1])
            u[:], v[:] = spare
            if iterate(u, v, *dual, *linear, limit):
                break
    return u, v


def _slopes(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes in x and y: centred differences, and half the one-sided difference at the borders."""
    padded = np.pad(image, 1, mode="edge")
    half = np.float32(0.5)
    return half * (padded[1:-1, 2:] - padded[1:-1, :-2]), half * (padded[2:, 1:-1] - padded[:-2, 1:-1])


def _zero_dual(height: int, width: int) -> tuple[np.ndarray, ...]:
    """The dual variables (x, y) of u and of v. A zero column before x and a zero row before y make borders regular."""
    return tuple(np.zeros((height + dy, width + dx), np.float32) for _ in range(2) for dy, dx in ((0, 1), (1, 0)))
