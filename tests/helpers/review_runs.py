"""A made-up run to review: signs of foreign text, and frame stores whose pictures tell their frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.arrays import new_arrays, write_attributes, write_rows
from signspot.predictions import Predictions
from signspot.report.review import ReviewVideo, ScoreCurve, score_curve, write_review
from signspot.timebase import Timebase
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
    scores: Mapping[str, ScoreCurve] = field(default_factory=dict)

    def write(self, out: Path) -> Path:
        """The page."""
        write_review(
            out,
            title="corpus, run demo",
            run="demo",
            videos=self.videos,
            spottings=self.spottings,
            annotations=self.annotations,
            vocabulary=self.vocabulary,
            scores=self.scores,
        )
        return out / "index.html"


def predictions_of(peaks: Mapping[int, tuple[int, float]], rows: int, **others: int) -> Predictions:
    """Predictions of a video at 25 frames a second: the background, but for some rows with their class id and score.

    Args:
        others: ``first``, ``stride`` or ``start_ms``.
    """
    score = np.zeros((rows, len(SIGNS) + 1), np.float32)
    for row, (class_id, likely) in peaks.items():
        score[row, class_id + 1] = likely
    score[:, 0] = 1 - score[:, 1:].sum(1)
    first, stride = others.get("first", 0), others.get("stride", 1)
    return Predictions(score, first, first + stride * rows - 1, stride, Timebase(25, others.get("start_ms", 0)))


def scores_of_the_run() -> dict[str, ScoreCurve]:
    """CASA at 3.2 s and foreign text at 9 s of the first video, more foreign text at 8 s of the second."""
    one = predictions_of({80: (0, 0.83), 225: (2, 0.4)}, 300)
    two = predictions_of({100: (3, 0.62)}, 150, start_ms=4000)
    return {"one": score_curve(one), "two & 50%": score_curve(two)}


def grey_of(frame: int) -> int:
    """How bright a frame of the frame stores is."""
    return 20 + 210 * frame // (25 * SECONDS)


def write_poses_at(path: Path, places: Mapping[int, tuple[float, float]], frames: int, start_ms: int = 0) -> Path:
    """A pose file: joints of the body at places of the window from the first to the last frame, and no hands."""
    pose = np.full((frames, 33, 3), np.nan, np.float32)
    for joint, place in places.items():
        pose[:, joint, :2] = place
    with new_arrays(path) as file:
        write_rows(file, "pose", pose)
        for hand in ("left_hand", "right_hand"):
            write_rows(file, hand, np.full((frames, 21, 3), np.nan, np.float32))
        write_attributes(file, {"fps": 25.0, "start_ms": start_ms})
    return path


def write_store(path: Path, start_ms: int, frames: int) -> Path:
    first = start_ms // 40
    pictures = (np.full((256, 256, 3), grey_of(first + i), np.uint8) for i in range(frames))
    window = {"size": 256, "centre_x": 128.0, "side": 256, "source_width": 256, "source_height": 256}
    store_frames(pictures, path, {"video": path.stem, "fps": 25.0, "start_ms": start_ms, **window})
    return path
