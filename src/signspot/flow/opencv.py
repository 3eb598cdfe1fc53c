"""TV-L1 by OpenCV itself: the reference that the other engines are measured against."""

import cv2
import numpy as np


def flow_of_pair(previous: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Motion from one frame to the next, grey uint8 (H, W), as :func:`signspot.flow.fused.flow_of_pair` gives it."""
    return cv2.optflow.DualTVL1OpticalFlow_create().calc(previous, following, None).transpose(2, 0, 1)
