"""The best F1 that a decoder can reach: perfect clip labels and offsets of real annotations, decoded and scored.

    python benchmarks/decoder_ceiling.py MSSL_TRAIN_SET_GT.pkl

The annotations come as the challenge's pickle, zip or folder of texts, or as a .tsv table with class_id.
"""

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.clips.window import Window
from signspot.corpus.challenge import read_ground_truth
from signspot.decoders.votes import DECODERS, Segment
from signspot.labels.frames import frame_labels
from signspot.labels.views import clip_labels, offsets
from signspot.scoring import official, strict
from signspot.timebase import Timebase

STRIDES = (4, 2)
CERTAIN = 20.0


def perfect_segments(labels: np.ndarray, decoder: str, stride: int, num_classes: int) -> list[Segment]:
    """What a decoder makes of the clips of these frame labels (frames,), each seen without error."""
    clips = clip_labels(labels, stride, Window().length)
    logits = CERTAIN * np.eye(num_classes + 1)[clips]
    return DECODERS[decoder](
        logits, offsets(clips), stride=stride, first=0, last=len(labels) - 1, num_classes=num_classes
    )


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
    for decoder, stride in itertools.product(DECODERS, STRIDES):
        predictions = {
            video: [
                (segment.class_id, *timebase.ms_of(segment.first, segment.last))
                for segment in perfect_segments(labels, decoder, stride, num_classes)
            ]
            for video, labels in frames.items()
        }
        results.append((decoder, stride, official(truth, predictions)["f1"], strict(truth, predictions)["f1"]))
    table = pd.DataFrame(results, columns=["decoder", "stride", "official_f1", "strict_f1"])
    table.to_csv(sys.stdout, sep="\t", index=False, float_format="%.4f")


if __name__ == "__main__":
    main()
