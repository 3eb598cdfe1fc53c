"""A second look at what another spotter finds: recognisers of longer clips name its sign anew, or doubt that it is one.

So the baseline of the challenge filters its spottings: https://github.com/mvazquezgts/2022_Sign_Spotting_Challenge
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from signspot.decoders.windows import HALF_WINDOW
from signspot.decoders.windows import windows as first_look
from signspot.errors import InputError
from signspot.predictions import Candidates, Predictions, read_predictions
from signspot.registry import check_block
from signspot.spotters import FitTask, VideoInputs
from signspot.spotters.members import check_members, member_of
from signspot.spottings import Spotting

if TYPE_CHECKING:
    from signspot.spotters.recognisers import Recognisers

READS = ("experts", "of")
CLASSIFIERS = True
"""It takes the classifiers of its experts, which must be networks that cut the same clips."""
NETWORK = False
"""Nothing computes on a GPU."""
BLOCKS = {"first": "signspot.decoders.windows:windows"}
KEYS = {"first": {"type": "object"}}
"""JSON schemas of what only its config.json holds."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


def second_look(*, first: Mapping[str, Any] = NOTHING) -> "SecondLook":
    """The spotter, whose decoder is ``confirmed``.

    Args:
        first: options of the decoder ``windows``, by which the spottings of the member are found.
    """
    return SecondLook(dict(first))


def load(folder: Path) -> "FittedSecondLook":
    """The fitted spotter of a folder.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    from signspot.spotters.recognisers import Recognisers
    from signspot.training.store import CONFIG

    recognisers = Recognisers.load(folder, ["members"], KEYS)
    check_block(BLOCKS["first"], recognisers.config["first"], f"{folder / CONFIG}: first")
    return FittedSecondLook(recognisers)


@dataclass(frozen=True)
class SecondLook:
    """The spotter as a configuration describes it; see :func:`second_look`."""

    first: Mapping[str, Any]

    def fit(self, train: Sequence[VideoInputs], validation: Sequence[VideoInputs], folder: Path, task: FitTask) -> None:
        """Writes the classifiers of the experts as ``weights.safetensors``, and ``config.json`` and ``history.tsv``.

        Args:
            train, validation: not read: there is nothing to learn.
            folder: of the spotter.
            task: name, vocabulary, the member and the folders of the experts.

        Raises:
            InputError: there are several members, the vocabularies differ, or as
                :meth:`signspot.spotters.recognisers.Recognisers.of_experts`.
        """
        from signspot.spotters.recognisers import Recognisers
        from signspot.training.store import save_network

        members = [member_of(member, task.vocabulary) for member in task.members]
        if len(members) != 1:
            raise InputError(f"spotters.{task.name}.of: names {len(members)} spotters, expected one. Correct the list.")
        settings = {"kind": "second_look", "members": members, "first": dict(self.first)}
        recognisers = Recognisers.of_experts(task, settings)
        save_network(folder, recognisers.classifiers, pd.DataFrame(columns=["expert"]), recognisers.config)


@dataclass(frozen=True)
class FittedSecondLook:
    """The fitted spotter: the classifiers of its experts."""

    recognisers: "Recognisers"

    @property
    def config(self) -> Mapping[str, Any]:
        """The content of its config.json."""
        return self.recognisers.config

    def predict(self, inputs: VideoInputs) -> Predictions:
        """The predictions of the member for a video, and as candidates what the second look says of its spottings.

        Raises:
            InputError: a file is missing, damaged, or not of the member and the experts of the spotter.
            NotFinite: a classifier gives numbers that are not finite.
        """
        from signspot.spotters.recognisers import mean_probabilities

        check_members(inputs, self.config["members"])
        found = read_predictions(inputs.predictions[0])
        clips = self.recognisers.open(inputs)
        spans = [(one.first, one.last, one.timebase) for one in (found, clips)]
        if spans[0] != spans[1]:
            raise InputError(
                f"{inputs.predictions[0]}: first, last and time base are {spans[0]}, those of the features "
                f"{spans[1]}. Predict and extract the features of this video again."
            )

        def look(start: int, frames: int) -> np.ndarray:
            logits = self.recognisers.clip_logits(clips, start, frames)
            return mean_probabilities(logits[:, None])[0, 1:]

        options, length = self.config["first"], self.config["clip"]["length"]
        half = options.get("half_window", HALF_WINDOW)
        spottings = first_look(found, **options)
        candidates = looked_at(spottings, look, length, half, found.first, found.last)
        return replace(found, candidates=candidates)


def looked_at(
    spottings: Sequence[Spotting],
    look: Callable[[int, int], np.ndarray],
    length: int,
    half_window: int,
    first: int,
    last: int,
) -> Candidates:
    """Spottings with the sign and the probability that a second look gives them; their times stay.

    Args:
        spottings: of the first look, which last to the middle of their last window.
        look: gives the probability of each sign, (C,), of a clip by its start and its frames, from the start of the
            usable range.
        length: frames of the clips of the second look.
        half_window: of the first look, in frames.
        first, last: usable range of the video, inclusive frames.
    """
    rows = []
    for one in spottings:
        begin, stop = one.first - first, one.last - first + half_window
        probability = look(*clip_about(begin, stop, length, last + 1 - first))
        best = int(probability.argmax())
        rows.append((best, one.first, one.last, probability[best]))
    return Candidates.of_rows(rows)


def clip_about(begin: int, stop: int, length: int, frames: int) -> tuple[int, int]:
    """Start and number of frames of the clip of a second look: a run of windows, or so many frames about its middle.

    Args:
        begin, stop: first frame of the run, and the frame after its last window.
        length: frames of a clip; a longer run is seen whole. Fewer are left at the end of a video.
        frames: of the video.
    """
    start = begin
    if stop - begin < length:
        middle = int(begin + (stop - begin) / 2)
        start = max(int(middle - length / 2), 0)
        stop = start + length
    return start, min(stop, frames) - start
