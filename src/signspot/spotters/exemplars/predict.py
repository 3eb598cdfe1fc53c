"""Predictions of the spotter of a few examples for videos whose poses are there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from signspot.exemplars.candidates import Finder
from signspot.exemplars.descriptors import mirrored
from signspot.exemplars.rates import Prior, RateCurve
from signspot.exemplars.tracks import HandTrack
from signspot.predictions import Candidates, Predictions
from signspot.spotters import VideoInputs
from signspot.spotters.exemplars import KEYS
from signspot.spotters.exemplars.weights import ExemplarWeights
from signspot.training.store import load_network, read_config

STRIDE = 4
"""Frames from one row of the predictions to the next."""
View = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class FittedExemplars:
    """A fitted spotter of a few examples, and the content of its config.json."""

    finder: Finder
    curve: RateCurve
    config: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> "FittedExemplars":
        """The spotter of a folder.

        Raises:
            InputError: a file is missing or damaged, or weights and config do not belong together.
        """
        config = read_config(folder, ("spotter", "kind", "vocabulary"), KEYS)
        weights = load_network(folder, config, lambda: ExemplarWeights.empty(config))
        weights.check(len(config["vocabulary"]), folder)
        curve = RateCurve(weights.alarms.tolist(), config["minutes"], Prior(*config["prior"]))
        return cls(Finder(weights.matcher, weights.committee), curve, config)

    def predict(self, inputs: VideoInputs) -> Predictions:
        """The predictions for a video, with candidates.

        A left-handed signer is found in the mirror: the video is looked through as it is and mirrored.

        Raises:
            InputError: the pose file is missing or damaged.
        """
        track = HandTrack(inputs.stores.poses)
        found = _joined([self._candidates(track, view) for view in (_as_it_is, mirrored)])
        rows = -(-(track.last + 1 - track.first) // STRIDE)
        score = _score_rows(found, track.first, rows, len(self.config["vocabulary"]))
        return Predictions(score, track.first, track.last, STRIDE, track.timebase, candidates=found)

    def _candidates(self, track: HandTrack, view: View) -> Candidates:
        parts = []
        for start, hands, own in track.parts(self.finder.overlap):
            found = self.finder.candidates(view(hands))
            middle = (found.first + found.last) // 2
            found = found.those((middle >= own.start) & (middle < own.stop))
            first, last = (
                np.array([track.video_frame(start + frame) for frame in frames], np.int32)
                for frames in (found.first.tolist(), found.last.tolist())
            )
            last = np.minimum(last, track.last)
            parts.append(Candidates(found.class_id, first, last, self.curve.score(found.score)))
        return _joined(parts)


def _as_it_is(hands: np.ndarray) -> np.ndarray:
    return hands


def _joined(parts: list[Candidates]) -> Candidates:
    names = ("class_id", "first", "last", "score")
    joined = Candidates(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    return joined.those(np.lexsort((joined.class_id, joined.last, joined.first)))


def _score_rows(found: Candidates, first: int, rows: int, classes: int) -> np.ndarray:
    """The score of the best candidate of each sign at every row, float32 (rows, classes + 1); the background's is the
    rest to 1 of the highest one."""
    score = np.zeros((rows, classes + 1), np.float32)
    for class_id, start, stop, value in zip(found.class_id, found.first, found.last, found.score, strict=True):
        inside = slice(-(-(start - first) // STRIDE), (stop - first) // STRIDE + 1)
        score[inside, class_id + 1] = np.maximum(score[inside, class_id + 1], value)
    score[:, 0] = 1 - score[:, 1:].max(1, initial=0)
    return score
