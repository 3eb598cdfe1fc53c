"""Paints the face: a texture of the front with sockets, eyes, brows, nose and lips."""

from collections.abc import Sequence

import cv2
import numpy as np

from signspot.signer.body import Signer

Point = tuple[float, float]
Triple = tuple[float, float, float]

EYE = (0.205, 0.482)
"""Distance of an eye from the middle, and its distance from the top, in sizes of the texture."""
MOUTH_STEPS, BLINK_STEPS = 4, 3
"""Number of steps between closed and open, of the mouth and of the lids."""


class Face:
    """Textures of the face of one signer: (size, size, 3) RGB in 0..1.

    x goes to the right over the width of the head, y goes down over its height. Each step of mouth and lids is painted
    once.

    Args:
        signer: the signer.
        pixels: height of the head on the screen. The texture is twice as fine, and smoothed to this scale.
    """

    def __init__(self, signer: Signer, pixels: float) -> None:
        self._skin = np.array(signer.skin)
        self._hair, self._iris = np.array(signer.hair), np.array(signer.iris)
        self._dark = self._skin * (0.55, 0.45, 0.42)
        self._size = int(np.clip(2 * pixels, 96, 384))
        self._smoothing = 0.3 * self._size / pixels
        self._canvas = 2 * self._size
        self._bare = self._paint_skin()
        self._painted: dict[tuple[int, int], np.ndarray] = {}

    def texture(self, mouth: float, blink: float) -> np.ndarray:
        """The face with an open mouth and closed lids, each by a share in 0..1."""
        key = (round(mouth * MOUTH_STEPS), round(blink * BLINK_STEPS))
        if key not in self._painted:
            self._painted[key] = self._paint(key[0] / MOUTH_STEPS, key[1] / BLINK_STEPS)
        return self._painted[key]

    def _paint(self, mouth: float, blink: float) -> np.ndarray:
        image = self._bare.copy()
        for side in (-1, 1):
            self._paint_eye(image, side, 0.034 * (1 - 0.85 * blink))
        lip = np.array((0.74, 0.36, 0.36)) * (0.45 + 0.55 * self._skin.mean() / 0.68)
        opened = 0.008 + 0.05 * mouth
        self._ellipse(image, (0.5, 0.80), (0.135, 0.022 + opened), lip)
        self._ellipse(image, (0.5, 0.808), (0.105, 0.034 + opened), lip)
        self._ellipse(image, (0.5, 0.80), (0.115, max(opened * 0.9, 0.006)), (0.20, 0.06, 0.06))
        small = cv2.resize(image, (self._size, self._size), interpolation=cv2.INTER_AREA)
        return cv2.GaussianBlur(small, (0, 0), self._smoothing)

    def _paint_skin(self) -> np.ndarray:
        image = np.empty((self._canvas, self._canvas, 3), np.float32)
        image[:] = self._skin
        red = self._skin * (1.0, 0.72, 0.68)
        for side in (-1, 1):
            self._shade(image, (0.5 + side * EYE[0], 0.475), (0.13, 0.055), self._dark, 0.55)  # socket
            self._shade(image, (0.5 + side * 0.25, 0.66), (0.10, 0.07), red, 0.45)  # cheek
            self._shade(image, (0.5 + side * 0.055, 0.58), (0.022, 0.10), self._dark, 0.35)  # side of the nose
        self._shade(image, (0.5, 0.72), (0.10, 0.018), self._dark, 0.55)  # under the nose
        self._shade(image, (0.5, 0.885), (0.10, 0.022), self._dark, 0.45)  # under the lip
        for side in (-1, 1):
            brow, nostril = (0.5 + side * 0.21, 0.425), (0.5 + side * 0.055, 0.690)
            self._arc(image, brow, (0.115, 0.040), self._hair * 0.9, (side * 4, 200, 340), self._pixels(0.022)[0])
            self._ellipse(image, nostril, (0.022, 0.011), self._dark * 0.55, -side * 20)
            self._shade(image, (0.5 + side * 0.105, 0.675), (0.016, 0.035), self._dark, 0.40)  # fold to the mouth
        return image

    def _paint_eye(self, image: np.ndarray, side: int, opened: float) -> None:
        x, y = 0.5 + side * EYE[0], EYE[1]
        self._ellipse(image, (x, y), (0.098, opened + 0.006), self._dark * 0.8)
        self._ellipse(image, (x, y), (0.088, opened), (0.93, 0.92, 0.90))
        ball = image.copy()
        self._ellipse(ball, (x, y), (0.036, 0.036), self._iris)
        self._ellipse(ball, (x, y), (0.018, 0.018), (0.03, 0.03, 0.03))
        self._ellipse(ball, (x - 0.012, y - 0.012), (0.008, 0.008), (1.0, 1.0, 1.0))
        slit = np.zeros(image.shape[:2], np.uint8)
        cv2.ellipse(slit, self._pixels(x, y), self._pixels(0.088, opened), 0, 0, 360, 1, -1)
        np.copyto(image, ball, where=slit[..., None] > 0)
        self._arc(image, (x, y), (0.092, opened + 0.003), (0.10, 0.07, 0.06), (0, 180, 360), self._pixels(0.012)[0])
        self._arc(image, (x, y + 0.004), (0.092, opened + 0.002), self._dark, (0, 15, 165), self._pixels(0.005)[0])

    def _pixels(self, *lengths: float) -> tuple[int, ...]:
        return tuple(max(int(self._canvas * length), 1) for length in lengths)

    def _ellipse(
        self, image: np.ndarray, centre: Point, radii: Point, colour: Sequence[float], turn: float = 0
    ) -> None:
        self._arc(image, centre, radii, colour, (turn, 0, 360), -1)

    def _arc(
        self, image: np.ndarray, centre: Point, radii: Point, colour: Sequence[float], angles: Triple, line: int
    ) -> None:
        """Draws an arc of an ellipse.

        Args:
            image: (h, w, 3) or (h, w), changed in place.
            centre: centre of the ellipse, in sizes of the texture.
            radii: radii of the ellipse, in sizes of the texture.
            colour: of as many channels as the image.
            angles: turn of the ellipse, start and end of the arc, in degrees.
            line: thickness of the line in pixels; -1 fills the arc.
        """
        rgb = tuple(map(float, colour))
        cv2.ellipse(image, self._pixels(*centre), self._pixels(*radii), *angles, rgb, line, cv2.LINE_AA)

    def _shade(self, image: np.ndarray, centre: Point, radii: Point, colour: np.ndarray, amount: float) -> None:
        """Mixes an ellipse of a colour with soft edges into the image; ``amount`` in 0..1 is the strength."""
        mask = np.zeros(image.shape[:2], np.float32)
        self._arc(mask, centre, radii, (1,), (0, 0, 360), -1)
        mask = cv2.GaussianBlur(mask, (0, 0), self._canvas * min(radii) * 0.55)[..., None] * amount
        image += mask * (colour - image)
