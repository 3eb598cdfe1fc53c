"""Spotting by recognisers of single signs: what trained experts say about every window of a video.

So spots the baseline of the challenge, whose decoder is :mod:`signspot.decoders.windows`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signspot.clips.window import Window, whole_windows
from signspot.predictions import Predictions
from signspot.spotters import FitTask, VideoInputs

if TYPE_CHECKING:
    from signspot.spotters.recognisers import Recognisers

READS = ("experts",)
CLASSIFIERS = True
"""It takes the classifiers of its experts, which must be networks that cut the same clips."""
NETWORK = False
"""Nothing computes on a GPU."""

BLOCK = 8192
"""Clips that are read at a time."""


def windows() -> "Windows":
    """The mean of the probabilities that experts give to the signs of each window."""
    return Windows()


def load(folder: Path) -> "FittedWindows":
    """The fitted spotter of a folder.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    from signspot.spotters.recognisers import Recognisers

    return FittedWindows(Recognisers.load(folder))


@dataclass(frozen=True)
class Windows:
    """The spotter as a configuration describes it; see :func:`windows`."""

    def fit(self, train: Sequence[VideoInputs], validation: Sequence[VideoInputs], folder: Path, task: FitTask) -> None:
        """Writes the classifiers of the experts as ``weights.safetensors``, and ``config.json`` and ``history.tsv``.

        Args:
            train, validation: not read: there is nothing to learn.
            folder: of the spotter.
            task: name, vocabulary and the folders of the experts.

        Raises:
            InputError: as :meth:`signspot.spotters.recognisers.Recognisers.of_experts`.
        """
        from signspot.spotters.recognisers import Recognisers
        from signspot.training.store import save_network

        recognisers = Recognisers.of_experts(task, {"kind": "windows"})
        save_network(folder, recognisers.classifiers, pd.DataFrame(columns=["expert"]), recognisers.config)


@dataclass(frozen=True)
class FittedWindows:
    """The fitted spotter: the classifiers of its experts."""

    recognisers: "Recognisers"

    @property
    def config(self) -> Mapping[str, Any]:
        """The content of its config.json."""
        return self.recognisers.config

    def predict(self, inputs: VideoInputs) -> Predictions:
        """The predictions for a video, one per clip; memory does not grow with its length but for the result.

        A recogniser of single signs knows no background, or is not sure of it. Its probability is therefore the rest to
        1 of that of the best sign: who takes the most likely class of a row takes a sign that is likelier than not, and
        means with other spotters stay means of probabilities. A clip that reaches beyond the usable range shows no
        sign: windows are whole, as published.

        Raises:
            InputError: a feature file is missing, damaged, or not of the experts of the spotter.
            NotFinite: a classifier gives numbers that are not finite.
        """
        from signspot.spotters.recognisers import mean_probabilities

        clips = self.recognisers.open(inputs)
        score = np.zeros((len(clips), self.config["num_classes"]), np.float32)
        rows = _whole(Window(**self.config["clip"]), clips.first, clips.last)
        for start in range(rows.start, rows.stop, BLOCK):
            stop = min(start + BLOCK, rows.stop)
            score[start:stop] = mean_probabilities(self.recognisers.logits(clips, start, stop))
        score[:, 0] = 1 - score[:, 1:].max(1)
        return Predictions(score, clips.first, clips.last, clips.stride, clips.timebase)


def _whole(window: Window, first: int, last: int) -> range:
    """The numbers of the clips that lie in the usable range with all their frames."""
    start = window.start(first, 0)
    starts = whole_windows(first, last, window.length, window.stride, start)
    begin = (starts.start - start) // window.stride
    return range(begin, begin + len(starts))
