"""The best F1 that a decoder can reach: perfect predictions for real annotations, decoded and scored.

    python benchmarks/decoder_ceiling.py MSSL_TRAIN_SET_GT.pkl

The annotations come as the challenge's pickle, zip or folder of texts, or as a .tsv table with class_id.

Every row is sure of its clip label. Its distances to the start and the end of its sign are of two kinds:

- ``clips``: whole clips, at most four, which the published network learns from;
- ``frames``: exact, neither rounded nor bounded, as a network could predict them that knew every boundary.
"""

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.clips.window import Window
from signspot.corpus.challenge import read_ground_truth
from signspot.decoders import DECODERS, decode
from signspot.labels.frames import frame_labels
from signspot.labels.views import clip_labels, offsets, runs
from signspot.predictions import Predictions
from signspot.scoring import official, strict
from signspot.timebase import Timebase

STRIDES = (4, 2)
DISTANCES = ("clips", "frames")


def exact_offsets(labels: np.ndarray, clips: np.ndarray, stride: int) -> np.ndarray:
    """Distances from each clip to the boundaries of its sign, float32 (clips, 2), in fractions of a stride.

    A clip belongs to the nearest sign of its label. A distance is below 0 where a boundary cuts the clip's cell.

    Args:
        labels: of the frames, int (frames,).
        clips: labels of the clips, int (clips,).
        stride: frames from one clip to the next.
    """
    seen = stride * np.arange(len(clips)) - 1
    distances = np.zeros((len(clips), 2), np.float32)
    signs = runs(labels)
    for class_id in {sign[0] for sign in signs}:
        bounds = np.array([sign[1:] for sign in signs if sign[0] == class_id])
        rows = np.flatnonzero(clips == class_id + 1)
        outside = np.maximum(bounds[:, 0] - seen[rows, None], seen[rows, None] - bounds[:, 1])
        first, last = bounds[outside.argmin(1)].T
        distances[rows] = np.stack([seen[rows] - first, last - seen[rows]], axis=1)
    return (distances - (stride - 1) / 2) / stride * (clips > 0)[:, None]


def perfect(labels: np.ndarray, distances: str, stride: int, num_classes: int, timebase: Timebase) -> Predictions:
    """Predictions that are sure of the clips of a video.

    Args:
        labels: of the frames, int (frames,).
        distances: their kind, one of DISTANCES.
        stride: frames from one clip to the next.
        num_classes: signs of the vocabulary.
        timebase: of the video.
    """
    clips = clip_labels(labels, stride, Window().length)
    score = np.eye(num_classes + 1, dtype=np.float32)[clips]
    offset = offsets(clips) if distances == "clips" else exact_offsets(labels, clips, stride)
    return Predictions(score, 0, len(labels) - 1, stride, timebase, offset)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("truth", type=Path)
    parser.add_argument("--fps", type=float, default=25.0)
    arguments = parser.parse_args()
    truth, timebase = read_ground_truth(arguments.truth), Timebase(arguments.fps)
    num_classes = 1 + max(class_id for intervals in truth.values() for class_id, _, _ in intervals)
    second = timebase.frame_at(1000)
    frames = {
        video: frame_labels(rows, timebase.frame_at(max((end for *_, end in rows), default=0)) + second, timebase)
        for video, rows in truth.items()
    }
    results = []
    for decoder, distances, stride in itertools.product(DECODERS.names(), DISTANCES, STRIDES):
        spottings = {
            video: [
                (one.class_id, *timebase.ms_of(one.first, one.last))
                for one in decode(decoder, perfect(labels, distances, stride, num_classes, timebase))
            ]
            for video, labels in frames.items()
        }
        f1 = official(truth, spottings)["f1"], strict(truth, spottings)["f1"]
        results.append((decoder, distances, stride, *f1))
    table = pd.DataFrame(results, columns=["decoder", "distances", "stride", "official_f1", "strict_f1"])
    table.to_csv(sys.stdout, sep="\t", index=False, float_format="%.4f")


if __name__ == "__main__":
    main()
