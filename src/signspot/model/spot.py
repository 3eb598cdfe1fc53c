"""Spotting in videos never seen, by the stages of the workflow: the stores, the features of each expert, spottings."""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from signspot.decoders import decode
from signspot.errors import DamagedStore, InputError, SignspotError
from signspot.experts.features import extract_missing
from signspot.experts.store import Expert, load_on_device
from signspot.model.folder import AGAIN, Model
from signspot.model.prepare import StoreSettings, store_steps
from signspot.model.progress import Progress
from signspot.model.workers import workers
from signspot.predictions import Predictions, read_predictions, write_predictions
from signspot.report.review import ScoreCurve, score_curve
from signspot.spotters import FittedSpotter, VideoInputs, load_spotter, predict_video
from signspot.spottings import spottings_table
from signspot.stores import CorpusFiles, VideoFiles
from signspot.video.store import FrameStore

Item = TypeVar("Item")
Result = TypeVar("Result")

KILLED = (
    "a process that prepared videos was killed, mostly because memory ran out. Call the same command again with fewer "
    "--jobs; with --work, it goes on from what is there."
)


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
class Video:
    """A video to be spotted, and where its intermediate files lie."""

    name: str
    path: Path
    folder: Path

    @classmethod
    def within(cls, work: Path, name: str, path: Path) -> "Video":
        """Its intermediate files get a folder of their own, which videos of one name in two places do not share.

        Args:
            work: folder of all intermediate files.
            name: of the video.
            path: of its file.
        """
        return cls(name, path, work / f"{name}-{hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:8]}")

    @property
    def stores(self) -> VideoFiles:
        """Where its stores lie."""
        return CorpusFiles(self.folder).stores_of(self.name)

    def predictions(self, spotter: str) -> Path:
        """Where the predictions of a spotter lie."""
        return self.folder / "predictions" / f"{spotter}.h5"

    def features(self, expert: str) -> Path:
        """Where the features by an expert lie."""
        return self.folder / "features" / f"{expert}.h5"

    def forget(self) -> None:
        """Deletes its intermediate files, but for the frame store, from which the review page takes its pictures."""
        for path in self.folder.rglob("*.h5"):
            if path != self.stores.crops:
                path.unlink()


@dataclass(frozen=True)
class Networks:
    """The networks of a model, where they compute; spotters in an order in which each comes after those it reads."""

    model: Model
    experts: Mapping[str, Expert]
    spotters: Mapping[str, FittedSpotter]

    @classmethod
    def load(cls, model: Model) -> "Networks":
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
    model: Model, videos: Sequence[Video], decoder: str, jobs: int, log_file: Path
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
    stages = len(store_steps(videos[0].path, videos[0].stores, model.stores)) + len(networks.experts) + 1
    with Progress(len(videos), stages) as progress:
        for video, error in prepared_videos(videos, model.stores, jobs, log_file, progress):
            try:
                if error is not None:
                    raise error
                found: VideoSpottings | SignspotError = networks.spot(video, decoder, progress)
            except SignspotError as error:
                progress.end(video.name)
                found = _mended(error)
            yield video, found


def prepared_videos(
    videos: Sequence[Video], settings: StoreSettings, jobs: int, log_file: Path, progress: Progress
) -> Iterator[tuple[Video, SignspotError | None]]:
    """Makes the stores of videos, up to ``jobs`` at a time; gives each, in order, with the error that ended it, if any.

    Args:
        settings: how the stores are made.
        log_file: to which the processes add what they have to say.
        progress: counts the stages.

    Raises:
        SignspotError: a process was killed.
    """
    with ThreadPoolExecutor(jobs) as threads, workers(jobs, log_file) as processes:

        def prepare(video: Video) -> None:
            for stage in store_steps(video.path, video.stores, settings):
                with progress.stage(video.name, stage.name):
                    if not stage.is_done:
                        processes.submit(stage.write, *stage.arguments).result()

        for video, prepared in _ahead(threads, prepare, videos, jobs):
            try:
                prepared.result()
                yield video, None
            except SignspotError as error:
                yield video, error
            except BrokenProcessPool as error:
                raise SignspotError(KILLED) from error


def _mended(error: SignspotError) -> SignspotError:
    """Deletes a damaged intermediate file, so that the next call makes it anew."""
    if isinstance(error, DamagedStore):
        error.path.unlink(missing_ok=True)
        return SignspotError(f"{error.path}: was damaged ({error.reason}) and is deleted. Call the same command again.")
    return error


def _ahead(
    pool: Executor, function: Callable[[Item], Result], items: Iterable[Item], count: int
) -> Iterator[tuple[Item, Future[Result]]]:
    """Each item with its result to be, in order; that of ``count`` items further on is being made meanwhile."""
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    for item in items:
        waiting.append((item, pool.submit(function, item)))
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting
