"""Two lights, ambient occlusion and a cast shadow. Without them, hand detectors do not find the hands."""

import cv2
import numpy as np

from signspot.signer.body import Signer
from signspot.signer.surface import Material, Pixels

AMBIENT, KEY, FILL = 0.30, 0.62, 0.22
KEY_LIGHT = np.array((-0.45, -0.65, 0.62))
FILL_LIGHT = np.array((0.65, -0.15, 0.70))
HIGHLIGHT = np.array((-0.25, -0.38, 0.89))
DIRECTIONS = np.stack([v / np.linalg.norm(v) for v in (KEY_LIGHT, FILL_LIGHT, HIGHLIGHT)], axis=1).astype(np.float32)
SHADOW_STEPS = (0.02, 0.04, 0.07, 0.11, 0.16)
"""Heights above the surface, in metres, at which the way to the key light is checked for obstacles."""
OCCLUSION = ((0.010, 0.55), (0.035, 0.45))
"""Radii of ambient occlusion in metres, and their weights."""
BACKDROP = -0.25
"""Depth of the background in metres, for shadows and occlusion."""
SHADOW_TINT = np.array((1.0, 0.93, 0.90), np.float32)


class Palette:
    """The colours of the materials of a signer without light, RGB in 0..1."""

    def __init__(self, signer: Signer) -> None:
        skin = np.array(signer.skin, np.float32)
        self._flat = np.tile(skin, (len(Material) + 1, 1))
        self._flat[Material.HAIR], self._flat[Material.SHIRT] = signer.hair, signer.shirt
        self._flat[Material.NAIL] = np.clip(skin * (1.08, 1.02, 1.02) + 0.10, 0, 1)
        self._back = skin * np.float32(0.97)
        self._palm = np.clip(skin * (1.05, 0.97, 0.97) + (0.05, 0.035, 0.035), 0, 1).astype(np.float32)

    def colours(self, pixels: Pixels, palms: dict[Material, np.ndarray]) -> np.ndarray:
        """Colours (n, 3) of n pixels. The palm of a hand is lighter and pinker than its back.

        Args:
            pixels: the n pixels.
            palms: normal of the palm on the screen (3,), by the material of the hand.
        """
        colours = self._flat[pixels.material]
        for material, normal in palms.items():
            hand = np.flatnonzero(pixels.material == material)
            share = np.clip(0.5 + 0.9 * (pixels.normal[hand] @ normal.astype(np.float32)), 0, 1)[:, None]
            colours[hand] = self._back + (self._palm - self._back) * share
        return colours


def shade(pixels: Pixels, colours: np.ndarray, depth: np.ndarray, metre: float) -> np.ndarray:
    """The colours (n, 3) of pixels in the light.

    Args:
        pixels: the n pixels.
        colours: their colours (n, 3) without light.
        depth: depth of the whole frame (h, w), in pixels.
        metre: length of a metre in pixels.
    """
    shadow, occlusion = _cast_shadow(depth, metre), _occlusion(depth, metre)
    key, fill, gloss = (pixels.normal @ DIRECTIONS).T
    key = np.clip(key * 0.8 + 0.2, 0, 1) * (1 - 0.65 * shadow.ravel()[pixels.index])
    light = AMBIENT + KEY * key + FILL * np.clip(fill, 0, 1)
    light = (light * (1 - 0.6 * occlusion.ravel()[pixels.index]))[:, None]
    cloth, hair = pixels.material == Material.SHIRT, pixels.material == Material.HAIR
    tint = np.where((cloth | hair)[:, None], np.float32(1), SHADOW_TINT)
    lit = colours * (light * (tint + (1 - tint) * np.minimum(light, 1)))
    gloss = (np.clip(gloss, 0, 1) ** 2) ** 4
    return lit + (gloss**3 * np.where(cloth, np.float32(0.02), np.float32(0.10)))[:, None]


def backed(depth: np.ndarray, material: np.ndarray, metre: float) -> np.ndarray:
    """The depth map (h, w) with the backdrop where no material is shown.

    Args:
        depth: depth (h, w), in pixels.
        material: materials (h, w); 0 where nothing is shown.
        metre: length of a metre in pixels.
    """
    return np.where(material > 0, depth, np.float32(BACKDROP * metre))


def _cast_shadow(depth: np.ndarray, metre: float) -> np.ndarray:
    """Share of the key light (0..1) that obstacles block at each pixel, computed at half or quarter size."""
    coarse = 2 if metre <= 400 else 4
    low = cv2.resize(depth, None, fx=1 / coarse, fy=1 / coarse, interpolation=cv2.INTER_AREA)
    size = low.shape[::-1]
    shadow = np.zeros_like(low)
    for step in SHADOW_STEPS:
        x, y = KEY_LIGHT[:2] * step * metre / KEY_LIGHT[2] / coarse
        moved = cv2.warpAffine(low, np.float32([[1, 0, -x], [0, 1, -y]]), size, borderMode=cv2.BORDER_REPLICATE)
        above = moved - low - step * metre
        near = np.clip(1 - (above - 0.06 * metre) / (0.06 * metre), 0, 1)
        shadow = np.maximum(shadow, np.clip(above / (0.012 * metre), 0, 1) * near)
    return cv2.resize(cv2.GaussianBlur(shadow, (0, 0), 0.008 * metre / coarse), depth.shape[::-1])


def _occlusion(depth: np.ndarray, metre: float) -> np.ndarray:
    """Share of the surroundings (0..1) that are higher than a pixel."""
    total = np.zeros_like(depth)
    for radius, weight in OCCLUSION:
        size = 2 * int(radius * metre) + 1
        total += weight * np.clip((cv2.blur(depth, (size, size)) - depth) / (radius * 1.3 * metre), 0, 1)
    return total
