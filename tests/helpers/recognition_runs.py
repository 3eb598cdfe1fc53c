"""A made-up run of recognisers to show: two streams and their sum, with signs of foreign text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from review_runs import CLOSING, EVIL

from signspot.recognition import Recognitions, Sum, accuracy, fused, fusion
from signspot.recognition.fusion import weights_of
from signspot.recognition.tables import recognitions_table
from signspot.report.recognition import Stream, write_recognition

SIGNS = ("CASA", "MÉDICO", EVIL, CLOSING, "SANGRE", "DÍA")
CLIPS = [
    ("one", 1000, 1600, "CASA"),
    ("one", 3000, 3600, "CASA"),
    ("one", 5000, 5600, "MÉDICO"),
    ("two & 50%", 6000, 6500, "MÉDICO"),
    ("two & 50%", 8000, 8400, EVIL),
    ("two & 50%", 9000, 9400, CLOSING),
    ("one", 11_000, 11_400, ""),
]
NAMED = {"joints": (0, 1, 1, 1, 0, 3, 0), "bones": (0, 0, 1, 0, 2, 2, 4)}
"""The sign that each stream takes each clip for. Joints: CASA for MÉDICO once, EVIL for CASA once."""


def recognised(named: tuple[int, ...], sure: float = 4.0, prefix: str = "") -> Recognitions:
    """What a stream says of the clips: a sign first, then the others in their order."""
    logits = np.tile(-np.arange(len(SIGNS), dtype=float) / 10, (len(named), 1))
    logits[np.arange(len(named)), named] = sure + np.arange(len(named)) / 10
    clips = pd.DataFrame(CLIPS, columns=["video", "start_ms", "end_ms", "sign"])
    return Recognitions(clips.assign(video=prefix + clips.video), SIGNS, logits)


def stream_of(one: Recognitions, signers: Mapping[str, str]) -> Stream:
    """The stream as the page takes it."""
    scored = accuracy(one, trained=["CASA", "CASA", "SANGRE"], signers=signers, resamples=50)
    return Stream(scored, recognitions_table(one))


def history(accuracies: list[float], validated: bool = True) -> pd.DataFrame:
    """What a training of so many epochs writes."""
    validation = accuracies if validated else np.nan
    return pd.DataFrame({"epoch": range(1, len(accuracies) + 1), "train_accuracy": accuracies}).assign(
        validation_accuracy=validation
    )


@dataclass(frozen=True)
class RecognitionRun:
    """What ``write_recognition`` takes."""

    videos: Mapping[str, Path]
    streams: Mapping[str, Stream]
    fusion: Mapping[str, Any] | None
    histories: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def write(self, out: Path, **others: Any) -> Path:
        """The page."""
        write_recognition(out, title="corpus, run demo", **{**vars(self), **others})
        return out / "index.html"


def run_of(videos: Mapping[str, Path], signers: Mapping[str, str]) -> RecognitionRun:
    """Two streams, their tuned and their weighted sum, and before these the plain sum of the same name."""
    test = {name: recognised(named) for name, named in NAMED.items()}
    validation = {name: recognised(named, prefix="val ") for name, named in NAMED.items()}
    sums = [("plain", "both"), ("tune", "both"), ((1, 0.4), "weighted")]
    found = fusion(test, [Sum(tuple(test), *one) for one in sums], validation)
    summed = {name: fused(test, weights_of(found, name)) for name in ("both", "weighted")}
    streams = {name: stream_of(one, signers) for name, one in {**test, **summed}.items()}
    histories = {"joints, training 1": history([0.3, 0.6, 0.8]), "bones, training 1": history([0.2, 0.5], False)}
    return RecognitionRun(videos, streams, found, histories)
