"""Compiled loops that draw round cones and ellipsoids into a depth buffer, pixel by pixel.

All numbers are float32, in pixels. A ray that misses a body leaves its pixel as it is.
"""

from functools import cache
from typing import Any

import numba
import numpy as np

from signspot.compute.kernels import compile_alone

_jit = numba.njit(nogil=True, cache=True, error_model="numpy")
_ZERO, _HALF, _ONE, _TWO = map(np.float32, (0, 0.5, 1, 2))
_TINY = np.float32(1e-9)


@_jit
def _put(buffers: Any, row: Any, column: Any, depth: Any, normal: Any, material: Any, blend: Any) -> None:
    """Puts the point of a body on one pixel: if it is nearer, or else by a share in a smooth union."""
    depths, normals, materials = buffers
    old = depths[row, column]
    if blend == _ZERO:
        if depth > old:
            depths[row, column], materials[row, column] = depth, material
            for i in range(3):
                normals[row, column, i] = normal[i]
        return
    # Polynomial smooth maximum: Quilez, "smooth minimum", 2013, https://iquilezles.org/articles/smin/
    share = min(max((depth - old) / blend + _HALF, _ZERO), _ONE)
    depths[row, column] = old + ((depth - old) * share + blend * share * (_ONE - share))
    for i in range(3):
        normals[row, column, i] += (normal[i] - normals[row, column, i]) * share
    if share > _HALF:
        materials[row, column] = material


@_jit
def draw_cone(buffers: Any, corner: Any, window: Any, a: Any, axis: Any, sizes: Any, material: Any, blend: Any) -> None:
    """Draws a round cone.

    A ray meets the infinite cone where it touches one ball, at a place along the axis. To limit this place to 0..1
    makes the round ends.

    Args:
        buffers: depth float32 (h, w), normals float32 (h, w, 3), materials uint8 (h, w).
        corner: column and row of the screen at which the buffers begin.
        window: first and last column, first and last row of the screen that the cone may cover; the last are exclusive.
        a: centre of the first ball (3,).
        axis: from there to the centre of the last ball (3,).
        sizes: radius of the first ball and its square, by how much the last one is smaller, that times the radius,
            squared length of the axis on the screen less that of the difference of the radii, this plus the square of
            the depth of the axis, and that square.
        material: the material.
        blend: width of the smooth union; 0 for a sharp edge.
    """
    (dx, dy, dz), (ra, ra2, shrink, shrunk, slope, length2, dz2) = axis, sizes
    for row in range(window[2], window[3]):
        y = np.float32(row) - a[1]
        for column in range(window[0], window[1]):
            x = np.float32(column) - a[0]
            m = dx * x + dy * y - shrunk
            # slope s² - 2 dz m s + c = 0 for the depth s along the ray: the larger root
            c = length2 * (x * x + y * y - ra2) - m * m
            root = np.sqrt(max(dz2 * m * m - slope * c, _ZERO))
            t = min(max((m + dz * (dz * m + root) / slope) / length2, _ZERO), _ONE)
            radius = ra - shrink * t
            out_x, out_y = x - dx * t, y - dy * t
            inside = radius * radius - out_x * out_x - out_y * out_y
            if inside > _ZERO:
                out_z = np.sqrt(inside)
                scale = _ONE / radius
                normal = (out_x * scale, out_y * scale, out_z * scale)
                depth = out_z + (dz * t + a[2])
                _put(buffers, row - corner[1], column - corner[0], depth, normal, material, blend)


@_jit
def draw_ellipsoid(buffers: Any, corner: Any, window: Any, centre: Any, q: Any, material: Any, blend: Any) -> None:
    """Draws the ellipsoid of all p with p' q p = 1, seen from its centre.

    A ray gives a quadratic equation for the depth of the point that it meets.

    Args:
        buffers, corner, window, material, blend: as for :func:`draw_cone`.
        centre: of the ellipsoid (3,).
        q: a symmetric matrix (3, 3).
    """
    for row in range(window[2], window[3]):
        y = np.float32(row) - centre[1]
        for column in range(window[0], window[1]):
            x = np.float32(column) - centre[0]
            b = q[0, 2] * x + q[1, 2] * y
            c = q[0, 0] * x * x + _TWO * q[0, 1] * x * y + q[1, 1] * y * y - _ONE
            discriminant = b * b - q[2, 2] * c
            if discriminant > _ZERO:
                z = (-b + np.sqrt(discriminant)) / q[2, 2]
                nx = q[0, 0] * x + q[0, 1] * y + q[0, 2] * z
                ny = q[1, 0] * x + q[1, 1] * y + q[1, 2] * z
                nz = q[2, 0] * x + q[2, 1] * y + q[2, 2] * z
                length = np.sqrt(nx * nx + ny * ny + nz * nz) + _TINY
                normal = (nx / length, ny / length, nz / length)
                _put(buffers, row - corner[1], column - corner[0], z + centre[2], normal, material, blend)


@cache
def compile_kernels() -> None:
    """Compiles the loops, or loads what another process has compiled, once per process."""
    compile_alone(draw_cone, _draw_one_of_each)


def _draw_one_of_each() -> None:
    buffers = np.zeros((1, 1), np.float32), np.zeros((1, 1, 3), np.float32), np.zeros((1, 1), np.uint8)
    point = np.ones(3, np.float32)
    draw_cone(buffers, (0, 0), (0, 1, 0, 1), point, floats(1, 1, 1), floats(*range(1, 8)), 1, _ZERO)
    draw_ellipsoid(buffers, (0, 0), (0, 1, 0, 1), point, np.eye(3, dtype=np.float32), 1, _ZERO)


def floats(*values: float) -> tuple[np.float32, ...]:
    """Numbers as the loops take them."""
    return tuple(map(np.float32, values))
