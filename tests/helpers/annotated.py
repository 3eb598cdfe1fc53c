"""Annotations and poses of a made-up video, from which labels are made."""

from pathlib import Path

import h5py
import numpy as np

from signspot.labels.frames import Annotation

CLASSES = {"A": 0, "A-ALIAS": 0, "B": 1}


def annotated(*rows: tuple[str, int, int]) -> list[Annotation]:
    return [Annotation(sign, CLASSES.get(sign), start_ms, end_ms) for sign, start_ms, end_ms in rows]


def write_poses(path: Path, frames: int, first: int = 0, last: int | None = None, start_ms: int = 0) -> Path:
    with h5py.File(path, "w") as file:
        file["joints"] = np.zeros((frames, 57, 3), dtype=np.float32)
        file.attrs.update({"video": "v", "first": first, "last": frames - 1 if last is None else last})
        file.attrs.update({"fps": 25.0, "start_ms": start_ms})
    return path
