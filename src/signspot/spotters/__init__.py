"""Spotters: all that predicts, for every stretch of a video, how likely each sign is. One module per kind.

A kind is a module with a builder of its own name, whose keyword options are those of the configuration, and

- ``READS``: which keys say what it reads: ``experts`` (their features; with ``CLASSIFIERS`` also the last layers of
  their networks), ``of`` (predictions of other spotters, and perhaps ``OF``, the kinds that these may be), ``modality``
  (stores, and then ``TAKES``, what the modality must give);
- ``load(folder)``: gives the fitted spotter of a folder, see :class:`FittedSpotter`.

The builder gives a :class:`Spotter`. A fitted spotter lies in a folder of ``weights.safetensors``, ``history.tsv`` and
``config.json``, with at least ``spotter`` (its name), ``kind``, ``vocabulary`` and ``weights_sha256``.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from signspot.arrays import is_current
from signspot.errors import NotFinite
from signspot.files import resumed_folder
from signspot.labels.frames import FrameLabels
from signspot.predictions import Predictions, require_finite, write_predictions
from signspot.registry import Registry
from signspot.stores import CorpusFiles, VideoFiles

log = logging.getLogger(__name__)

SPOTTERS = Registry("signspot.spotters", "kind of spotter")


@dataclass(frozen=True)
class VideoInputs:
    """What a spotter reads of a video.

    Args:
        video: its name.
        features: feature files, in the order of the spotter's experts.
        predictions: files of predictions, in the order of the spotter's members.
        stores: of the video, for spotters that read frames.
        left_handed: whether the signer is known to be left-handed.
    """

    video: str
    features: tuple[Path, ...] = ()
    predictions: tuple[Path, ...] = ()
    stores: VideoFiles | None = None
    left_handed: bool = False

    @property
    def files(self) -> list[Path]:
        """All of these files that are there or must be; of the stores, those that are there."""
        stores = [self.stores.crops, self.stores.poses, self.stores.flow] if self.stores else []
        return [*self.features, *self.predictions, *(path for path in stores if path.exists())]


@dataclass(frozen=True)
class FitTask:
    """What the fits of all kinds of spotters are told.

    Args:
        name: of the spotter.
        vocabulary: the C glosses in the order of their class ids.
        seed: of everything random.
        select: the weights kept of a training: of the ``last`` epoch or of the ``best`` one.
        labels: frame labels of all videos, by their names.
        members: folders of the spotters whose predictions are read, in order.
        decoder: name and options of the spotter's first decoder.
        truth: class id, start and end in ms of the annotated signs of each validation video.
        modality: name and options of the modality, of spotters that read stores.
        experts: folders of the trained experts, in order, of kinds that take their classifiers.
    """

    name: str
    vocabulary: Sequence[str]
    seed: int
    select: str = "last"
    labels: Mapping[str, FrameLabels] = field(default_factory=dict)
    members: Sequence[Path] = ()
    decoder: tuple[str, Mapping[str, Any]] = ("cells", {})
    truth: Mapping[str, Sequence[tuple[int, int, int]]] = field(default_factory=dict)
    modality: Mapping[str, Any] = field(default_factory=dict)
    experts: Sequence[Path] = ()


class Spotter(Protocol):
    """A spotter as a configuration describes it.

    A kind of which files are published also has ``import_trained(checkpoint, example, folder, task)``, which writes
    such a file as the folder of a fitted spotter; ``example`` is a video whose files tell what the spotter reads.
    """

    def fit(self, train: Sequence[VideoInputs], validation: Sequence[VideoInputs], folder: Path, task: FitTask) -> None:
        """Fits the spotter and writes its folder. Stopped at any time, a later call goes on or begins anew.

        Args:
            train, validation: what the spotter reads of these videos.
            folder: where the fitted spotter is written.
            task: what all kinds of spotters are told.
        """


class FittedSpotter(Protocol):
    """A fitted spotter, where it computes fastest; ``config`` is the content of its config.json."""

    config: Mapping[str, Any]

    def predict(self, inputs: VideoInputs) -> Predictions:
        """The predictions for a video.

        Raises:
            InputError: a file is missing, damaged, or not of what the spotter was fitted to.
        """


def load_spotter(folder: Path) -> FittedSpotter:
    """The fitted spotter of a folder, of any kind.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    # Only here: whoever merely reads a configuration does without torch.
    from signspot.training.store import read_config

    config = read_config(folder, ("spotter", "kind", "vocabulary"))
    return SPOTTERS.module(config["kind"]).load(folder)


def predict_video(spotter: FittedSpotter, inputs: VideoInputs) -> Predictions:
    """The predictions of a fitted spotter for a video, which are finite.

    Raises:
        InputError: a file is missing, damaged, or not of what the spotter was fitted to.
        NotFinite: the spotter gives a number that is not finite; the message names the video and the spotter.
    """
    name = f"video {inputs.video}: the spotter {spotter.config['spotter']}"
    try:
        found = spotter.predict(inputs)
    except NotFinite as error:  # of a network within the spotter, which knows no names
        raise NotFinite(f"{name}: {error}") from error
    require_finite(found.score, name)
    if found.offset is not None:
        require_finite(found.offset, name)
    if found.candidates is not None:
        require_finite(found.candidates.score, name)
    return found


def predict_videos(folder: Path, videos: Sequence[VideoInputs], out: Path) -> None:
    """Writes the predictions for videos to the folder ``out``, ``<video>.h5`` each, in the place of what is there.

    The folder appears with all of them. If this call is stopped, a later one keeps those by the same weights that are
    newer than what the spotter reads.

    Args:
        folder: of the fitted spotter.
        videos: what it reads of each.
        out: the folder to write.

    Raises:
        InputError: a file is missing, damaged, or not of what the spotter was fitted to.
        NotFinite: the spotter gives numbers that are not finite.
    """
    spotter = load_spotter(folder)
    known = {key: spotter.config[key] for key in ("spotter", "weights_sha256")}
    with resumed_folder(out, [f"{inputs.video}.h5" for inputs in videos]) as part:
        for inputs in tqdm(videos, "predictions", disable=not sys.stderr.isatty()):
            path = part / f"{inputs.video}.h5"
            if not is_current(path, inputs.files, **known):
                predictions = predict_video(spotter, inputs)
                write_predictions(predictions, path, spotter.config)
                log.info("%s: predictions at %d frames", inputs.video, len(predictions.score))


def video_inputs(told: Mapping[str, Mapping[str, Any]], results: str) -> list[VideoInputs]:
    """The inputs of videos from plain values, as the plan of a workflow gives them.

    Args:
        told: by video ``features`` and ``predictions``, paths; ``stores``, whether they are read; perhaps
            ``left_handed``.
        results: folder of the results of the corpus, in which the stores lie.
    """
    files = CorpusFiles(results)
    return [
        VideoInputs(
            video,
            tuple(map(Path, paths["features"])),
            tuple(map(Path, paths["predictions"])),
            files.stores_of(video) if paths["stores"] else None,
            paths.get("left_handed", False),
        )
        for video, paths in told.items()
    ]
