"""Compiled loops of TV-L1 over the pixels of one pair of frames. They release the GIL.

:func:`signspot.flow.fused.compile_kernels` compiles the loops, one process at a time.

Indices beyond the loop variable are unsigned. A signed index may be negative and count from the end; the compiler would
then gather pixels one by one instead of loading rows of pixels.
"""

from typing import Any

import numba
import numpy as np

from signspot.flow.tvl1 import INNER_STEPS, LAMBDA, LEAST_GRADIENT, SUBPIXELS, TAU, THETA, cubic_weights

_OPTIONS = {"fastmath": True, "nogil": True, "cache": True, "error_model": "numpy"}
_jit = numba.njit(**_OPTIONS)
_exact = numba.njit(**_OPTIONS | {"fastmath": False})
_inlined = numba.njit(**_OPTIONS, inline="always")

_WEIGHTS = cubic_weights()
_PART = SUBPIXELS - 1
_WHOLE = SUBPIXELS.bit_length() - 1
_1, _2, _3, _4 = map(np.uintp, (1, 2, 3, 4))


@_exact
def warp(images: Any, before: Any, u: Any, v: Any, slope_x: Any, slope_y: Any, constant: Any, inverse: Any) -> None:
    """Linearises the change of brightness about the flow (u, v). All arrays but ``images`` are float32 (height, width).

    Args:
        images: float32 (height, width, 3), the following frame and its slopes in x and in y.
        before: the previous frame.
        u: the flow to the right, in px.
        v: the flow down, in px.
        slope_x: gets the slope in x at the place to which the flow leads; 0 outside the frame.
        slope_y: gets the slope in y there.
        constant: gets the part of the change that does not depend on the flow.
        inverse: gets one over the squared slope.
    """
    height, width = u.shape
    for y in range(height):
        for x in range(width):
            place_x = int(np.rint((np.float32(x) + u[y, x]) * np.float32(SUBPIXELS)))
            place_y = int(np.rint((np.float32(y) + v[y, x]) * np.float32(SUBPIXELS)))
            left, top = (place_x >> _WHOLE) - 1, (place_y >> _WHOLE) - 1
            part_x, part_y = place_x & _PART, place_y & _PART
            if left < 0 or top < 0 or left + 4 > width or top + 4 > height:
                level, along, down = _at_border(images, left, top, part_x, part_y)
            elif part_x | part_y:
                level, along, down = _between(images, np.uintp(left), np.uintp(top), part_x, part_y)
            else:
                column, row = np.uintp(left) + _1, np.uintp(top) + _1
                level, along, down = images[row, column, 0], images[row, column, 1], images[row, column, 2]
            slope_x[y, x], slope_y[y, x] = along, down
            constant[y, x] = level - along * u[y, x] - down * v[y, x] - before[y, x]
            inverse[y, x] = np.float32(1) / max(along * along + down * down, LEAST_GRADIENT)


@_exact
def _between(images: Any, left: Any, top: Any, part_x: int, part_y: int) -> Any:
    level = along = down = np.float32(0)
    for i in range(4):
        row, upper = top + np.uintp(i), _WEIGHTS[part_y, i]
        a, b = upper * _WEIGHTS[part_x, 0], upper * _WEIGHTS[part_x, 1]
        c, d = upper * _WEIGHTS[part_x, 2], upper * _WEIGHTS[part_x, 3]
        level += _four(images, row, left, 0, a, b, c, d)
        along += _four(images, row, left, 1, a, b, c, d)
        down += _four(images, row, left, 2, a, b, c, d)
    return level, along, down


@_exact
def _four(images: Any, row: Any, left: Any, channel: int, a: Any, b: Any, c: Any, d: Any) -> Any:
    return (
        images[row, left, channel] * a
        + images[row, left + _1, channel] * b
        + images[row, left + _2, channel] * c
        + images[row, left + _3, channel] * d
    )


@_jit
def _at_border(images: Any, left: int, top: int, part_x: int, part_y: int) -> Any:
    level = along = down = np.float32(0)
    for i in range(max(0, -top), min(4, images.shape[0] - top)):
        for j in range(max(0, -left), min(4, images.shape[1] - left)):
            weight = _WEIGHTS[part_y, i] * _WEIGHTS[part_x, j]
            level += weight * images[top + i, left + j, 0]
            along += weight * images[top + i, left + j, 1]
            down += weight * images[top + i, left + j, 2]
    return level, along, down


@_jit
def iterate(
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
    """Up to INNER_STEPS primal-dual steps on u and v, in place; returns whether the steps converged.

    Row y of the flow needs rows y - 1 and y of the old dual. Row y - 1 of the dual needs rows y - 1 and y of the new
    flow. One pass over the image is therefore enough, if the dual follows the flow one row behind.

    Args:
        u: the flow to the right, in px, float32 (height, width).
        v: the flow down, in px.
        ux: the dual variable of u in x, (height, width + 1); its first column is 0.
        uy: the dual variable of u in y, (height + 1, width); its first row is 0.
        vx: the dual variable of v in x, as ``ux``.
        vy: the dual variable of v in y, as ``uy``.
        slope_x: see :func:`warp`.
        slope_y: see :func:`warp`.
        constant: see :func:`warp`.
        inverse: see :func:`warp`.
        limit: the steps have converged when the sum of squared changes of a step is at most this.
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


# The next three functions work on one row of few arrays. The compiler can then prove that the arrays do not overlap,
# and use vector instructions.


@_jit
def _threshold(data: Any, u: Any, v: Any, slope_x: Any, slope_y: Any, constant: Any, inverse: Any) -> None:
    """Writes to ``data`` the step along the gradient that the brightness demands, limited to LAMBDA * THETA."""
    bound = LAMBDA * THETA
    for x in range(data.size):
        step = -(constant[x] + slope_x[x] * u[x] + slope_y[x] * v[x]) * inverse[x]
        data[x] = min(max(step, -bound), bound)


@_jit
def _step_flow(flow: Any, data: Any, slope: Any, dual_x: Any, dual_y: Any, dual_y_above: Any) -> Any:
    """Moves a row of one component of the flow in place; returns the sum of its squared changes."""
    total = np.float32(0)
    for x in range(data.size):
        change = data[x] * slope[x] + THETA * (dual_x[x + 1] - dual_x[x] + dual_y[x] - dual_y_above[x])
        flow[x] += change
        total += change * change
    return total


@_jit
def _step_dual(flow: Any, flow_below: Any, dual_x: Any, dual_y: Any) -> None:
    """Moves a row of the dual of one component in place; ``dual_x`` begins with its zero column."""
    rate, one = TAU / THETA, np.float32(1)
    last = flow.size - 1
    for x in range(last):
        along, down = flow[x + 1] - flow[x], flow_below[x] - flow[x]
        shrink = one / (one + rate * np.sqrt(along * along + down * down))
        dual_x[x + 1] = (dual_x[x + 1] + rate * along) * shrink
        dual_y[x] = (dual_y[x] + rate * down) * shrink
    down = flow_below[last] - flow[last]
    dual_y[last] = (dual_y[last] + rate * down) / (one + rate * abs(down))


@_jit
def median(image: Any, out: Any) -> None:
    """The 5x5 median of float32 (height, width). Pixels of the border are repeated beyond the border."""
    height, width = image.shape
    padded = np.empty((height, width + 4), np.float32)
    padded[:, 2:-2] = image
    for x in range(2):
        padded[:, x], padded[:, width + 2 + x] = image[:, 0], image[:, width - 1]
    ranked = np.empty((5, width + 4), np.float32)
    for y in range(height):
        above, below = max(y - 1, 0), min(y + 1, height - 1)
        column = padded[max(y - 2, 0)], padded[above], padded[y], padded[below], padded[min(y + 2, height - 1)]
        _first(*column, ranked[0])
        _second(*column, ranked[1])
        _third(*column, ranked[2])
        _fourth(*column, ranked[3])
        _fifth(*column, ranked[4])
        _middle(ranked[0], ranked[1], ranked[2], ranked[3], ranked[4], out[y])


@_inlined
def _sorted(a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
    """Sorts five numbers by the shortest network of comparisons. The compiler drops comparisons that nobody uses."""
    a, b = min(a, b), max(a, b)
    d, e = min(d, e), max(d, e)
    c, e = min(c, e), max(c, e)
    c, d = min(c, d), max(c, d)
    a, d = min(a, d), max(a, d)
    a, c = min(a, c), max(a, c)
    b, e = min(b, e), max(b, e)
    b, d = min(b, d), max(b, d)
    b, c = min(b, c), max(b, c)
    return a, b, c, d, e


def _ranked(rank: int) -> Any:
    @_jit
    def of_columns(a: Any, b: Any, c: Any, d: Any, e: Any, out: Any) -> None:
        for x in range(out.size):
            out[x] = _sorted(a[x], b[x], c[x], d[x], e[x])[rank]

    return of_columns


# One function for each rank: if a function wrote several arrays, the compiler could not prove that they do not overlap.
_first, _second, _third, _fourth, _fifth = map(_ranked, range(5))


@_jit
def _middle(first: Any, second: Any, third: Any, fourth: Any, fifth: Any, out: Any) -> None:
    """The medians of 5x5 windows whose columns are sorted.

    The rows are sorted here. Twelve of the 25 numbers cannot be the median then, because too many others are smaller or
    larger; the median of the other 13 is that of all.
    """
    for i in range(out.size):
        x = np.uintp(i)
        _, _, _, a3, a4 = _sorted(first[x], first[x + _1], first[x + _2], first[x + _3], first[x + _4])
        _, _, b2, b3, b4 = _sorted(second[x], second[x + _1], second[x + _2], second[x + _3], second[x + _4])
        _, c1, c2, c3, _ = _sorted(third[x], third[x + _1], third[x + _2], third[x + _3], third[x + _4])
        d0, d1, d2, _, _ = _sorted(fourth[x], fourth[x + _1], fourth[x + _2], fourth[x + _3], fourth[x + _4])
        e0, e1, _, _, _ = _sorted(fifth[x], fifth[x + _1], fifth[x + _2], fifth[x + _3], fifth[x + _4])
        out[x] = _median_of_13(a3, a4, b2, b3, b4, c1, c2, c3, d0, d1, d2, e0, e1)


@_inlined
def _two(a: Any, b: Any) -> Any:
    return min(a, b), max(a, b)


@_inlined
def _median_of_13(
    a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any, i: Any, j: Any, k: Any, m: Any, n: Any
) -> Any:
    """The median of 13 numbers.

    The least and the greatest of any eight cannot be the median: seven others lie on one side of each, but the median
    of 13 has six numbers on each side. They leave, the next number joins, and so on.
    """
    a, b = _two(a, b)
    c, d = _two(c, d)
    e, f = _two(e, f)
    g, h = _two(g, h)
    a, c = _two(a, c)
    e, g = _two(e, g)
    e = max(a, e)
    b, d = _two(b, d)
    f, h = _two(f, h)
    d = min(d, h)
    # left: b c d e f g, and i joins
    b, c = _two(b, c)
    d, e = _two(d, e)
    f, g = _two(f, g)
    b, d = _two(b, d)
    b, f = _two(b, f)
    i = max(b, i)
    c, e = _two(c, e)
    e, g = _two(e, g)
    g = min(g, i)
    # left: c d e f g, and j joins
    c, d = _two(c, d)
    e, f = _two(e, f)
    g, j = _two(g, j)
    c, e = _two(c, e)
    g = max(c, g)
    d, f = _two(d, f)
    f = min(f, j)
    # left: d e f g, and k joins
    d, e = _two(d, e)
    f, g = _two(f, g)
    d, f = _two(d, f)
    k = max(d, k)
    e, g = _two(e, g)
    g = min(g, k)
    # left: e f g, and m joins
    e, f = _two(e, f)
    g, m = _two(g, m)
    g = max(e, g)
    f = min(f, m)
    # left: f g, and n joins
    f, g = _two(f, g)
    return max(f, min(g, n))
