"""A depth buffer that draws round cones and ellipsoids, with smooth unions, under parallel rays.

The screen frame is in pixels: x right, y down, z towards the viewer.
"""

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from signspot.signer.kernels import draw_cone, draw_ellipsoid, floats

EMPTY = np.float32(-1e4)
"""Depth of a pixel that shows nothing yet."""


class Material(IntEnum):
    """The material that a pixel shows; 0 is the background."""

    SKIN = 1
    FACE = 2
    HAIR = 3
    SHIRT = 4
    NAIL = 5
    HAND_R = 6
    HAND_L = 7


@dataclass(frozen=True)
class Pixels:
    """The n pixels that show a material: flat indices (n,), points (n, 3), normals (n, 3) and materials (n,)."""

    index: np.ndarray
    points: np.ndarray
    normal: np.ndarray
    material: np.ndarray


class Surface:
    """Depth (h, w), normals (h, w, 3) and materials (h, w) of a rectangle of the screen with the corner (left, top)."""

    def __init__(self, left: int, top: int, width: int, height: int) -> None:
        self.left, self.top, self.width, self.height = map(int, (left, top, width, height))
        self.depth = np.full((height, width), EMPTY)
        self.normal = np.zeros((height, width, 3), np.float32)
        self.material = np.zeros((height, width), np.uint8)
        self._corner, self._buffers = (self.left, self.top), (self.depth, self.normal, self.material)

    def pixels(self) -> Pixels:
        """The pixels that are not background."""
        index = np.flatnonzero(self.material)
        rows, columns = np.divmod(index, self.width)
        points = np.stack([columns + self.left, rows + self.top, self.depth.ravel()[index]], axis=1)
        normal = self.normal.reshape(-1, 3)[index]
        return Pixels(index, points.astype(np.float32), normal, self.material.ravel()[index])

    def part(self, points: np.ndarray, margin: float) -> "Surface":
        """An empty surface around points (n, 3) with a margin in pixels, clipped to the size of this surface."""
        size = (self.width, self.height)
        low = np.clip(points[:, :2].min(0) - margin, 0, size).astype(int)
        high = np.clip(points[:, :2].max(0) + margin + 1, 0, size).astype(int)
        return Surface(*low, *(high - low))

    def paste(self, other: "Surface") -> None:
        """Draws another surface onto this surface; the nearer pixel wins."""
        here = (slice(other.top, other.top + other.height), slice(other.left, other.left + other.width))
        nearer = other.depth > self.depth[here]
        np.copyto(self.depth[here], other.depth, where=nearer)
        np.copyto(self.normal[here], other.normal, where=nearer[..., None])
        np.copyto(self.material[here], other.material, where=nearer)

    def cone(self, a: np.ndarray, ra: float, b: np.ndarray, rb: float, material: int, blend: float) -> None:
        """Draws a round cone: the shape of a ball that rolls from ``a`` to ``b`` while its radius changes.

        A ray meets the infinite cone where it touches one ball, at a place along the axis. To limit this place to 0..1
        makes the round ends.

        Args:
            a: centre of the first ball (3,), in pixels.
            ra: its radius in pixels.
            b: centre of the last ball (3,), in pixels.
            rb: its radius in pixels.
            material: the material.
            blend: width in pixels of the smooth union with the surface so far; 0 for a sharp edge.
        """
        axis = b - a
        shrink = float(ra - rb)
        slope = float(axis[0] ** 2 + axis[1] ** 2 - shrink * shrink)
        if slope <= 1e-3:  # seen along the axis, one ball covers the other
            self.ellipsoid(a, np.eye(3), np.full(3, ra), material, blend)
            self.ellipsoid(b, np.eye(3), np.full(3, rb), material, blend)
            return
        window = self._window(np.minimum(a - ra, b - rb), np.maximum(a + ra, b + rb))
        dz2 = float(axis[2]) ** 2
        sizes = floats(ra, ra * ra, shrink, shrink * ra, slope, slope + dz2, dz2)
        point, blend = a.astype(np.float32), np.float32(blend)
        draw_cone(self._buffers, self._corner, window, point, floats(*axis), sizes, int(material), blend)

    def ellipsoid(self, centre: np.ndarray, turned: np.ndarray, axes: np.ndarray, material: int, blend: float) -> None:
        """Draws an ellipsoid.

        Args:
            centre: its centre (3,), in pixels.
            turned: rotation (3, 3), whose columns are the directions of the axes.
            axes: half lengths of the axes (3,), in pixels.
            material: the material.
            blend: as for :meth:`cone`.
        """
        q = (turned / np.square(axes)) @ turned.T
        half = np.sqrt(np.square(turned) @ np.square(axes))
        window = self._window(centre - half, centre + half)
        point, q, blend = centre.astype(np.float32), q.astype(np.float32), np.float32(blend)
        draw_ellipsoid(self._buffers, self._corner, window, point, q, int(material), blend)

    def _window(self, low: np.ndarray, high: np.ndarray) -> tuple[int, int, int, int]:
        """The first and last column, and the first and last row, within the bounds; the last are exclusive."""
        right, bottom = self.left + self.width, self.top + self.height
        x0, y0, x1, y1 = math.floor(low[0]), math.floor(low[1]), math.ceil(high[0]) + 1, math.ceil(high[1]) + 1
        columns = (min(max(x, self.left), right) for x in (x0, x1))
        return *columns, *(min(max(y, self.top), bottom) for y in (y0, y1))
