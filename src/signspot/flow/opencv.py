"""TV-L1 by OpenCV itself: the reference for the other engines."""

import cv2
import numpy as np


def flow_of_pair(previous: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Motion from a grey frame uint8 (H, W) to the next, float32 (2, H, W), as in :mod:`signspot.flow.fused`."""
    return cv2.optflow.DualTVL1OpticalFlow_create().calc(previous, following, None).transpose(2, 0, 1)
