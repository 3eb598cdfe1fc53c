"""A made-up run to review: signs of foreign text, and frame stores whose pictures tell their frames."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.report.review import ReviewVideo, write_review
from signspot.video.store import store_frames

SECONDS = 12
EVIL = '<img src=x onerror="window.hurt = 1">'
CLOSING = '</script><script>window.hurt = 1</script><!-- "\u2028'
SIGNS = ["CASA", "MÉDICO", EVIL, CLOSING]
TRUTH = [
    ("one", "CASA", 1000, 1600),
    ("one", "MÉDICO", 3000, 3600),
    ("one", "CASA", 5000, 5600),
    ("one", "OTHER", 7000, 7600),
    ("two & 50%", "CASA", 6000, 6500),
]
SPOTTINGS = [
    ("one", "CASA", 1000, 1640, 0.9),
    ("one", "CASA", 3200, 3640, 0.4),
    ("one", "CASA", 5440, 6000, 0.7),
    ("one", EVIL, 9000, 9400, 0.2),
    ("two & 50%", CLOSING, 8000, 8400, 0.6),
    ("two & 50%", "CASA", 6000, 6480, 0.8),
]
"""Hit, false where MÉDICO is annotated, wrong boundary, false; false, hit. Missed is MÉDICO."""


@dataclass(frozen=True)
class Run:
    """What ``write_review`` takes."""

    videos: list[ReviewVideo]
    spottings: pd.DataFrame
    annotations: pd.DataFrame | None
    vocabulary: pd.DataFrame

    def write(self, out: Path) -> Path:
        """The page."""
        write_review(
            out,
            title="corpus, run demo",
            videos=self.videos,
            spottings=self.spottings,
            annotations=self.annotations,
            vocabulary=self.vocabulary,
        )
        return out / "index.html"


def grey_of(frame: int) -> int:
    """How bright a frame of the frame stores is."""
    return 20 + 210 * frame // (25 * SECONDS)


def write_store(path: Path, start_ms: int, frames: int) -> Path:
    first = start_ms // 40
    pictures = (np.full((256, 256, 3), grey_of(first + i), np.uint8) for i in range(frames))
    window = {"size": 256, "centre_x": 128.0, "side": 256, "source_width": 256, "source_height": 256}
    store_frames(pictures, path, {"video": path.stem, "fps": 25.0, "start_ms": start_ms, **window})
    return path
