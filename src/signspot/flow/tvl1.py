"""Parameters of dual TV-L1 optical flow, which all engines share.

The published flow is that of OpenCV's ``DualTVL1OpticalFlow_create()``. The engines have its algorithm, its parameters
and its treatment of borders. They differ in their device and speed.

- Zach, Pock and Bischof, "A Duality Based Approach for Realtime TV-L1 Optical Flow", 2007,
  https://doi.org/10.1007/978-3-540-74936-3_22
- Sánchez Pérez, Meinhardt-Llopis and Facciolo, "TV-L1 Optical Flow Estimation", 2013,
  https://doi.org/10.5201/ipol.2013.26
"""

import numpy as np

TAU, LAMBDA, THETA = np.float32(0.25), np.float32(0.15), np.float32(0.3)
"""Time step, weight of the brightness, and tightness, as the papers call them."""
EPSILON = 0.01
"""Steps end when the root mean square change of the flow is at most this, in px."""
SCALES, SCALE_STEP, SMALLEST_SIDE = 5, 0.8, 16
"""Largest number of scales, ratio of their sizes, and smallest side of a scale in px."""
WARPS, MEDIAN_ROUNDS, INNER_STEPS = 5, 10, 30
"""Warps of a scale, rounds of a warp that begin with a median, steps of a round."""
LEAST_GRADIENT = np.float32(1e-12)
"""Smaller squared gradients are raised to this, so that nothing is divided by 0."""
SUBPIXELS = 32
"""Places of warped pixels are rounded to this part of a pixel, as in OpenCV 4."""


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
    """Weights of the four neighbours of a place, by its subpixel: float32 (SUBPIXELS, 4).

    The kernel has a = -0.75, as OpenCV's ``INTER_CUBIC``. Keys, "Cubic Convolution Interpolation for Digital Image
    Processing", 1981, https://doi.org/10.1109/TASSP.1981.1163711
    """
    part = np.arange(SUBPIXELS)[:, None] / SUBPIXELS
    a, distance = -0.75, np.abs(np.array([-1, 0, 1, 2]) - part)
    near = ((a + 2) * distance - (a + 3)) * distance**2 + 1
    far = ((distance - 5) * distance + 8) * distance * a - 4 * a
    return np.where(distance <= 1, near, far).astype(np.float32)
