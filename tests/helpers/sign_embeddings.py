"""Kept features of videos: made-up sign embeddings of clips of 16 frames, one at every frame."""

from pathlib import Path

import numpy as np

from signspot.arrays import new_arrays, write_attributes, write_rows


def write_embeddings(folder: Path, first: int = 0, **videos: np.ndarray) -> dict[str, Path]:
    """Writes the features of videos, float32 (frames, dim), from their first usable frame on; returns the files."""
    about = {"expert": "joints", "weights_sha256": "0", "length": 16, "stride": 1, "fps": 25.0, "start_ms": 0}
    for video, rows in videos.items():
        with new_arrays(folder / f"{video}.h5") as file:
            write_rows(file, "features", rows)
            write_rows(file, "frame", np.arange(first, first + len(rows), dtype=np.int32))
            write_attributes(file, {**about, "first": first, "last": first + len(rows) - 1})
    return {video: folder / f"{video}.h5" for video in videos}
