"""Spotting in videos never seen, by the stages of the workflow: the stores, the features of each expert, spottings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from signspot.decoders import decode
from signspot.errors import InputError, SignspotError
from signspot.experts.features import extract_missing
from signspot.experts.store import Expert, load_on_device
from signspot.model.folder import AGAIN, SpottingModel
from signspot.model.progress import Progress
from signspot.model.stages import Video, seen_videos
from signspot.predictions import Predictions, read_predictions, write_predictions
from signspot.report.review import ScoreCurve, score_curve
from signspot.spotters import FittedSpotter, VideoInputs, load_spotter, predict_video
from signspot.spottings import spottings_table
from signspot.video.store import FrameStore


@dataclass(frozen=True)
class VideoSpottings:
    """What was found in a video.

    Args:
        spottings: video, sign, class_id, start_ms, end_ms, score.
        seconds: how long the video lasts.
        curve: how likely the best sign is over its time.
        warnings: about its picture.
    """

    spottings: pd.DataFrame
    seconds: float
    curve: ScoreCurve
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Networks:
    """The networks of a model, where they compute; spotters in an order in which each comes after those it reads."""

    model: SpottingModel
    experts: Mapping[str, Expert]
    spotters: Mapping[str, FittedSpotter]

    @classmethod
    def load(cls, model: SpottingModel) -> "Networks":
        """The networks of a checked model.

        Raises:
            InputError: weights do not fit their network, or networks do not fit one another.
        """
        experts = {key: load_on_device(model.expert_folder(key)) for key in model.experts}
        spotters = {key: load_spotter(model.spotter_folder(key)) for key in model.spotters}
        for key, part in model.spotters.items():
            given = [experts[expert].network.feature_dim for expert in part.experts]
            read = [expert["features"] for expert in spotters[key].config.get("experts", [])]
            if given != read:
                folder = model.spotter_folder(key)
                raise InputError(f"{folder}: reads {read} features, its experts give {given}. {AGAIN}")
        return cls(model, experts, spotters)

    def spot(self, video: Video, decoder: str, progress: Progress) -> VideoSpottings:
        """Spots the signs of a video whose stores are there.

        Args:
            decoder: with the options of the model, if it has any for this decoder.

        Raises:
            InputError: a store is damaged, or the decoder is unknown.
            NotFinite: an expert or a spotter gives numbers that are not finite.
        """
        for key, expert in self.experts.items():
            with progress.stage(video.name, f"features of {expert.config['expert']}"):
                extract_missing(expert, video.stores, video.features(key))
        with progress.stage(video.name, "spottings"):
            predictions = self._predict(video)
            found = {video.name: decode(decoder, predictions, **self.model.decoders.get(decoder, {}))}
            table = spottings_table(found, self.model.vocabulary, {video.name: predictions.timebase})
        with FrameStore(video.stores.crops) as store:
            return VideoSpottings(table, len(store) / store.fps, score_curve(predictions), store.warnings)

    def _predict(self, video: Video) -> Predictions:
        """The predictions of the leading spotter; those of all spotters are written, because others read them."""
        for key, spotter in self.spotters.items():
            part = self.model.spotters[key]
            features, read = map(video.features, part.experts), map(video.predictions, part.of)
            inputs = VideoInputs(video.name, tuple(features), tuple(read), video.stores)
            write_predictions(predict_video(spotter, inputs), video.predictions(key), spotter.config)
        return read_predictions(video.predictions(self.model.spotter))


def spot_videos(
    model: SpottingModel, videos: Sequence[Video], decoder: str, jobs: int, log_file: Path
) -> Iterator[tuple[Video, VideoSpottings | SignspotError]]:
    """Spots the signs of videos, one after the other, each with its spottings or the error that ended it.

    While the networks look at one video here, up to ``jobs`` others are prepared in processes of their own.
    Intermediate files that are there and were made in the same way are not made again. Memory does not grow with the
    number of videos.

    Args:
        videos: each with a name of its own.
        decoder: name of the decoder.
        jobs: videos that are prepared at a time.
        log_file: to which these processes add what they have to say.

    Raises:
        InputError: the weights of the model do not fit its networks.
        SignspotError: a process was killed.
    """
    if not videos:
        return
    networks = Networks.load(model)

    def spot(video: Video, progress: Progress) -> VideoSpottings:
        return networks.spot(video, decoder, progress)

    yield from seen_videos(videos, model.stores, jobs, log_file, len(networks.experts) + 1, spot)
