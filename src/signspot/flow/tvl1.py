"""Dual TV-L1 optical flow (Zach, Pock and Bischof 2007; Sánchez Pérez, Meinhardt-Llopis and Facciolo 2013).

The published flow is that of OpenCV's ``DualTVL1OpticalFlow_create()``. The engines share its algorithm, its parameters
and its borders, and differ in where and how fast they compute.
"""

import numpy as np

TAU, LAMBDA, THETA = np.float32(0.25), np.float32(0.15), np.float32(0.3)
EPSILON = 0.01
SCALES, SCALE_STEP, SMALLEST_SIDE = 5, 0.8, 16
WARPS, MEDIAN_ROUNDS, INNER_STEPS = 5, 10, 30
LEAST_GRADIENT = np.float32(1e-12)
SUBPIXELS = 32
"""Steps of a pixel to which the places of warped pixels are rounded, as OpenCV 4 does."""


def sides(height: int, width: int) -> list[tuple[int, int]]:
    """Height and width of the scales, full size first."""
    scales = [(height, width)]
    while len(scales) < SCALES:
        smaller = tuple(round(side * SCALE_STEP) for side in scales[-1])
        if min(smaller) < SMALLEST_SIDE:
            break
        scales.append(smaller)
    return scales


def cubic_weights() -> np.ndarray:
    """Weights of the four neighbours by the part of a pixel that lies before the place: float32 (SUBPIXELS, 4).

    Keys' kernel (1981) with a = -0.75, as OpenCV's ``INTER_CUBIC``.
    """
    part = np.arange(SUBPIXELS)[:, None] / SUBPIXELS
    a, distance = -0.75, np.abs(np.array([-1, 0, 1, 2]) - part)
    near = ((a + 2) * distance - (a + 3)) * distance**2 + 1
    far = ((distance - 5) * distance + 8) * distance * a - 4 * a
    return np.where(distance <= 1, near, far).astype(np.float32)
