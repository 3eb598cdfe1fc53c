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
from signspot.errors import DamagedStore, SignspotError
from signspot.experts.features import extract_missing
from signspot.experts.store import Expert, load_on_device
from signspot.model.folder import Model
from signspot.model.prepare import stages
from signspot.model.progress import Progress
from signspot.model.workers import workers
from signspot.spotters import FittedSpotter, VideoInputs, load_spotter
from signspot.spottings import spottings_table
from signspot.stores import VideoFiles, stores_of
from signspot.video.store import FrameStore

Item = TypeVar("Item")
Result = TypeVar("Result")

KILLED = (
    "a process that prepared videos was killed, mostly because memory ran out. Call the same command again with fewer "
    "--jobs; with --work, it goes on from what is there."
)


@dataclass(frozen=True)
class Spotted:
    """What was found in a video.

    Args:
        spottings: video, sign, class_id, start_ms, end_ms, score.
        seconds: how long the video lasts.
    """

    spottings: pd.DataFrame
    seconds: float


@dataclass(frozen=True)
class Film:
    """A video to be spotted, and where its intermediate files lie."""

    name: str
    path: Path
    folder: Path

    @classmethod
    def within(cls, work: Path, name: str, path: Path) -> "Film":
        """Its intermediate files get a folder of their own, which videos of one name in two places do not share."""
        return cls(name, path, work / f"{name}-{hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:8]}")

    @property
    def stores(self) -> VideoFiles:
        """Where its stores lie."""
        return stores_of(self.folder, self.name)

    @property
    def annotations(self) -> str:
        """What an ELAN document of the video is called."""
        return f"{self.path.stem}.eaf"

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
    """The networks of a model, where they compute."""

    experts: Mapping[str, Expert]
    spotter: FittedSpotter

    @classmethod
    def load(cls, model: Model) -> "Networks":
        """Those of a checked model.

        Raises:
            InputError: weights do not fit their network.
        """
        experts = {name: load_on_device(model.expert(name)) for name in model.experts}
        return cls(experts, load_spotter(model.spotter))

    def spot(self, film: Film, decoder: str, progress: Progress) -> Spotted:
        """Spots the signs of a video whose stores are there.

        Raises:
            InputError: a store is damaged, or the decoder is unknown.
        """
        for name, expert in self.experts.items():
            with progress.stage(film.name, f"features of {name}"):
                extract_missing(expert, film.stores, film.features(name))
        with progress.stage(film.name, "spottings"):
            features = tuple(film.features(name) for name in self.experts)
            predictions = self.spotter.predict(VideoInputs(film.name, features))
            spottings = {film.name: decode(decoder, predictions)}
            timebases = {film.name: predictions.timebase}
            found = spottings_table(spottings, self.spotter.config["vocabulary"], timebases)
        with FrameStore(film.stores.crops) as store:
            return Spotted(found, len(store) / store.fps)


def spot_videos(
    model: Model, films: Sequence[Film], decoder: str, jobs: int, log_file: Path
) -> Iterator[tuple[Film, Spotted | SignspotError]]:
    """Spots the signs of videos, one after the other, each with its spottings or the error that ended it.

    While the networks look at one video here, up to ``jobs`` others are prepared in processes of their own.
    Intermediate files that are there and were made in the same way are not made again. Memory does not grow with the
    number of videos.

    Args:
        log_file: to which these processes add what they have to say.

    Raises:
        InputError: the weights of the model do not fit its networks.
        SignspotError: a process was killed.
    """
    if not films:
        return
    networks = Networks.load(model)
    count = len(stages(films[0].path, films[0].stores, model.stores)) + len(networks.experts) + 1
    with (
        ThreadPoolExecutor(jobs) as threads,
        workers(jobs, log_file) as processes,
        Progress(len(films), count) as progress,
    ):

        def prepare(film: Film) -> None:
            for stage in stages(film.path, film.stores, model.stores):
                with progress.stage(film.name, stage.name):
                    if not stage.is_done:
                        processes.submit(stage.write, *stage.arguments).result()

        for film, prepared in _ahead(threads, prepare, films, jobs):
            try:
                prepared.result()
                found: Spotted | SignspotError = networks.spot(film, decoder, progress)
            except SignspotError as error:
                progress.end(film.name)
                found = _mended(error)
            except BrokenProcessPool as error:
                raise SignspotError(KILLED) from error
            yield film, found


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
