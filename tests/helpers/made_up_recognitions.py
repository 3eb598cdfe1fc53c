"""Recognitions of made-up clips, one per video."""

import numpy as np
import pandas as pd

from signspot.recognition import Recognitions


def recognitions(logits: np.ndarray, label: np.ndarray, prefix: str = "clip") -> Recognitions:
    """What a recogniser says of clips of one second; the sign of class c is called ``S<c>``, label -1 is unknown."""
    signs = tuple(f"S{class_id}" for class_id in range(np.shape(logits)[1]))
    named = [signs[class_id] if class_id >= 0 else "" for class_id in label]
    videos = [f"{prefix}{number}" for number in range(len(named))]
    clips = pd.DataFrame({"video": videos, "start_ms": 0, "end_ms": 1000, "sign": named})
    return Recognitions(clips, signs, np.asarray(logits, dtype=float))
