"""A depth buffer that draws round cones and ellipsoids, with smooth unions, under parallel rays.

The screen frame is in pixels: x right, y down, z towards the viewer.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

EMPTY, MISSED = np.float32(-1e4), np.float32(-1e5)
"""Depth of a pixel that shows nothing yet, and depth of a ray that misses a body."""

Slices = tuple[slice, slice]


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
        self.left, self.top, self.width, self.height = left, top, width, height
        self.depth = np.full((height, width), EMPTY)
        self.normal = np.zeros((height, width, 3), np.float32)
        self.material = np.zeros((height, width), np.uint8)

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
        self._replace(here, other.depth > self.depth[here], other.depth, other.normal, other.material)

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
        x, y, here = self._window(np.minimum(a - ra, b - rb), np.maximum(a + ra, b + rb))
        dx, dy, dz = map(float, axis)
        x, y = x - np.float32(a[0]), y - np.float32(a[1])
        length2 = slope + dz * dz
        m = dx * x + dy * y - shrink * ra
        # slope s² - 2 dz m s + c = 0 for the depth s along the ray: the larger root
        c = length2 * (x * x + y * y - ra * ra) - m * m
        root = np.sqrt(np.maximum(dz * dz * m * m - slope * c, 0))
        t = np.clip((m + dz * (dz * m + root) / slope) / length2, 0, 1)
        radius = ra - shrink * t
        normal = np.empty((*t.shape, 3), np.float32)
        normal[..., 0], normal[..., 1] = x - dx * t, y - dy * t
        inside = radius * radius - normal[..., 0] ** 2 - normal[..., 1] ** 2
        normal[..., 2] = np.sqrt(np.maximum(inside, 0))
        depth = np.where(inside > 0, normal[..., 2] + (dz * t + float(a[2])), MISSED)
        normal *= (1 / radius)[..., None]
        self._merge(here, depth, normal, material, blend)

    def ellipsoid(self, centre: np.ndarray, turned: np.ndarray, axes: np.ndarray, material: int, blend: float) -> None:
        """Draws an ellipsoid.

        Args:
            centre: its centre (3,), in pixels.
            turned: rotation (3, 3), whose columns are the directions of the axes.
            axes: half lengths of the axes (3,), in pixels.
            material: the material.
            blend: as for :meth:`cone`.
        """
        # The ellipsoid is p' q p = 1; a ray at (x, y) gives a quadratic equation for its depth z.
        q = (turned / np.square(axes)) @ turned.T
        half = np.sqrt(np.diag(np.linalg.inv(q)))
        x, y, here = self._window(centre - half, centre + half)
        x, y = x - np.float32(centre[0]), y - np.float32(centre[1])
        q = q.astype(np.float32)
        b = q[0, 2] * x + q[1, 2] * y
        c = q[0, 0] * x * x + 2 * q[0, 1] * x * y + q[1, 1] * y * y - 1
        discriminant = b * b - q[2, 2] * c
        z = (-b + np.sqrt(np.maximum(discriminant, 0))) / q[2, 2]
        normal = np.stack([q[i, 0] * x + q[i, 1] * y + q[i, 2] * z for i in range(3)], axis=-1)
        normal /= np.sqrt((normal * normal).sum(-1, keepdims=True)) + 1e-9
        depth = np.where(discriminant > 0, z + np.float32(centre[2]), MISSED)
        self._merge(here, depth, normal, material, blend)

    def _window(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray, Slices]:
        """x (1, w) and y (h, 1) of the pixels within the bounds, and the slices of these pixels."""
        (x0, x1), (y0, y1) = (
            np.clip((np.floor(low[i]), np.ceil(high[i]) + 1), start, start + size).astype(int)
            for i, (start, size) in enumerate(((self.left, self.width), (self.top, self.height)))
        )
        x, y = np.arange(x0, x1, dtype=np.float32), np.arange(y0, y1, dtype=np.float32)
        return x[None], y[:, None], (slice(y0 - self.top, y1 - self.top), slice(x0 - self.left, x1 - self.left))

    def _merge(self, here: Slices, depth: np.ndarray, normal: np.ndarray, material: int, blend: float) -> None:
        old = self.depth[here]
        if blend == 0:
            self._replace(here, depth > old, depth, normal, np.broadcast_to(np.uint8(material), depth.shape))
            return
        # Polynomial smooth maximum: Quilez, "smooth minimum", 2013, https://iquilezles.org/articles/smin/
        share = np.clip((depth - old) / blend + 0.5, 0, 1)
        old += (depth - old) * share + blend * share * (1 - share)
        old_normal = self.normal[here]
        old_normal += (normal - old_normal) * share[..., None]
        self.material[here][share > 0.5] = material

    def _replace(
        self, here: Slices, where: np.ndarray, depth: np.ndarray, normal: np.ndarray, material: np.ndarray
    ) -> None:
        np.copyto(self.depth[here], depth, where=where)
        np.copyto(self.normal[here], normal, where=where[..., None])
        np.copyto(self.material[here], material, where=where)
