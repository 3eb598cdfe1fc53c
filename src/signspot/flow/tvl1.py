"""Dual TV-L1 optical flow (Zach, Pock and Bischof 2007; Sánchez Pérez, Meinhardt-Llopis and Facciolo 2013) on one core.

Algorithm, parameters and borders are those of OpenCV's ``DualTVL1OpticalFlow_create()``: the flow is the published one,
but the inner loop passes over the image once per step instead of some twenty times.
"""

from typing import Any

import cv2
import numba
import numpy as np

TAU, LAMBDA, THETA = np.float32(0.25), np.float32(0.15), np.float32(0.3)
EPSILON = 0.01
SCALES, SCALE_STEP, SMALLEST_SIDE = 5, 0.8, 16
WARPS, MEDIAN_ROUNDS, INNER_STEPS = 5, 10, 30
LEAST_GRADIENT = np.float32(1e-12)

_jit = numba.njit(fastmath=True, nogil=True, cache=True, error_model="numpy")


def tvl1(previous: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Motion from one frame to the next.

    Args:
        previous, following: grey uint8 (H, W).

    Returns:
        float32 (2, H, W), in px, u to the right and v down: what ``previous`` shows at (x, y), ``following`` shows at
        (x + u, y + v).
    """
    pyramid = _pyramid(previous.astype(np.float32), following.astype(np.float32))
    flow = [np.zeros_like(pyramid[-1][0]) for _ in range(2)]
    for before, after in reversed(pyramid):
        if flow[0].shape != before.shape:
            height, width = before.shape
            flow = [
                cv2.resize(c, (width, height), interpolation=cv2.INTER_LINEAR) * np.float32(1 / SCALE_STEP)
                for c in flow
            ]
        flow = _refine(before, after, *flow)
    return np.stack(flow)


def _pyramid(previous: np.ndarray, following: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The pair at ever smaller scales, full size first."""
    levels = [(previous, following)]
    while len(levels) < SCALES:
        smaller = tuple(
            cv2.resize(image, None, fx=SCALE_STEP, fy=SCALE_STEP, interpolation=cv2.INTER_LINEAR)
            for image in levels[-1]
        )
        if min(smaller[0].shape) < SMALLEST_SIDE:
            break
        levels.append(smaller)
    return levels


def _refine(before: np.ndarray, after: np.ndarray, u: np.ndarray, v: np.ndarray) -> list[np.ndarray]:
    """The flow (u, v) of one scale, from the one brought up from the next smaller scale."""
    height, width = before.shape
    slopes = _gradient(after)
    dual = _zero_dual(height, width)
    columns = np.arange(width, dtype=np.float32)[None]
    rows = np.arange(height, dtype=np.float32)[:, None]
    limit = EPSILON**2 * height * width
    for _ in range(WARPS):
        warped, warped_x, warped_y = (
            cv2.remap(image, columns + u, rows + v, cv2.INTER_CUBIC) for image in (after, *slopes)
        )
        constant = warped - warped_x * u - warped_y * v - before
        inverse = np.float32(1) / np.maximum(warped_x * warped_x + warped_y * warped_y, LEAST_GRADIENT)
        for _ in range(MEDIAN_ROUNDS):
            u, v = cv2.medianBlur(u, 5), cv2.medianBlur(v, 5)
            if _iterate(u, v, *dual, warped_x, warped_y, constant, inverse, limit):
                break
    return [u, v]


def _gradient(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centred differences; half the one-sided difference at the borders."""
    padded = np.pad(image, 1, mode="edge")
    half = np.float32(0.5)
    return half * (padded[1:-1, 2:] - padded[1:-1, :-2]), half * (padded[2:, 1:-1] - padded[:-2, 1:-1])


def _zero_dual(height: int, width: int) -> tuple[np.ndarray, ...]:
    """The dual variables (x, y) of u and of v; a zero column before x, a zero row before y spare border cases."""
    return tuple(np.zeros((height + dy, width + dx), np.float32) for _ in range(2) for dy, dx in ((0, 1), (1, 0)))


@_jit
def _iterate(
    u: Any,
    v: Any,
    ux: Any,
    uy: Any,
    vx: Any,
    vy: Any,
    slope_x: Any,
    slope_y: Any,
    constant: Any,
    inverse: Any,
    limit: float,
) -> bool:
    """Up to INNER_STEPS primal-dual steps on u and v in place; True if a step's changes came down to ``limit``.

    Row y of the flow needs rows y - 1 and y of the old dual, row y - 1 of the dual needs rows y - 1 and y of the new
    flow; so one pass suffices if the dual follows the flow one row behind.
    """
    height, width = u.shape
    data = np.empty(width, np.float32)
    for _ in range(INNER_STEPS):
        change = 0.0
        for y in range(height + 1):
            if y < height:
                _threshold(data, u[y], v[y], slope_x[y], slope_y[y], constant[y], inverse[y])
                change += _step_flow(u[y], data, slope_x[y], ux[y], uy[y + 1], uy[y])
                change += _step_flow(v[y], data, slope_y[y], vx[y], vy[y + 1], vy[y])
            if y > 0:
                below = min(y, height - 1)
                _step_dual(u[y - 1], u[below], ux[y - 1], uy[y])
                _step_dual(v[y - 1], v[below], vx[y - 1], vy[y])
        if change <= limit:
            return True
    return False


# Each of these works on one row of few arrays: the compiler can then prove that they do not overlap, and vectorise.


@_jit
def _threshold(data: Any, u: Any, v: Any, slope_x: Any, slope_y: Any, constant: Any, inverse: Any) -> None:
    """Writes to ``data`` the step along the gradient that the brightness asks for, at most LAMBDA * THETA."""
    bound = LAMBDA * THETA
    for x in range(data.size):
        step = -(constant[x] + slope_x[x] * u[x] + slope_y[x] * v[x]) * inverse[x]
        data[x] = min(max(step, -bound), bound)


@_jit
def _step_flow(flow: Any, data: Any, slope: Any, dual_x: Any, dual_y: Any, dual_y_above: Any) -> Any:
    """Moves a row of one flow component in place; returns the sum of its squared changes."""
    total = np.float32(0)
    for x in range(data.size):
        change = data[x] * slope[x] + THETA * (dual_x[x + 1] - dual_x[x] + dual_y[x] - dual_y_above[x])
        flow[x] += change
        total += change * change
    return total


@_jit
def _step_dual(flow: Any, flow_below: Any, dual_x: Any, dual_y: Any) -> None:
    """Moves a row of one component's dual in place; ``dual_x`` has its zero column first."""
    rate, one = TAU / THETA, np.float32(1)
    last = flow.size - 1
    for x in range(last):
        along, down = flow[x + 1] - flow[x], flow_below[x] - flow[x]
        shrink = one / (one + rate * np.sqrt(along * along + down * down))
        dual_x[x + 1] = (dual_x[x + 1] + rate * along) * shrink
        dual_y[x] = (dual_y[x] + rate * down) * shrink
    down = flow_below[last] - flow[last]
    dual_y[last] = (dual_y[last] + rate * down) / (one + rate * abs(down))
