"""The stages of many videos for a model: some are prepared in processes of their own while another is seen here."""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from signspot.errors import DamagedStore, SignspotError
from signspot.model.prepare import StoreSettings, store_steps
from signspot.model.progress import Progress
from signspot.model.workers import workers
from signspot.stores import CorpusFiles, VideoFiles
from signspot.video.crop import LEAST_FRAMES

Item = TypeVar("Item")
Result = TypeVar("Result")

KILLED = (
    "a process that prepared videos was killed, mostly because memory ran out. Call the same command again with fewer "
    "--jobs; with --work, it goes on from what is there."
)


@dataclass(frozen=True)
class Video:
    """A video for a model, and where its intermediate files lie."""

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
        """Deletes its intermediate files, but for frame store and poses, which the review page shows."""
        for path in self.folder.rglob("*.h5"):
            if path not in (self.stores.crops, self.stores.poses):
                path.unlink()


def seen_videos(
    videos: Sequence[Video],
    settings: StoreSettings,
    jobs: int,
    log_file: Path,
    stages: int,
    see: Callable[[Video, Progress], Result],
    least_frames: int = LEAST_FRAMES,
) -> Iterator[tuple[Video, Result | SignspotError]]:
    """Prepares videos and sees them, one after the other: each with its result or the error that ended it.

    While one video is seen here, up to ``jobs`` others are prepared in processes of their own. Stores that are there
    and were made in the same way are not made again.

    Args:
        videos: one at least, each with a name of its own.
        settings: how the stores are made.
        jobs: videos that are prepared at a time.
        log_file: to which these processes add what they have to say.
        stages: that ``see`` counts for each video.
        see: called with each video whose stores are there.
        least_frames: of a video; a shorter one ends with an error.

    Raises:
        SignspotError: a process was killed.
    """
    prepared = len(store_steps(videos[0].path, videos[0].stores, settings))
    with Progress(len(videos), prepared + stages) as progress:
        for video, error in prepared_videos(videos, settings, jobs, log_file, progress, least_frames):
            try:
                if error is not None:
                    raise error
                result: Result | SignspotError = see(video, progress)
            except SignspotError as error:
                progress.end(video.name)
                result = mended(error)
            yield video, result


def prepared_videos(
    videos: Sequence[Video],
    settings: StoreSettings,
    jobs: int,
    log_file: Path,
    progress: Progress,
    least_frames: int = LEAST_FRAMES,
) -> Iterator[tuple[Video, SignspotError | None]]:
    """Makes the stores of videos, up to ``jobs`` at a time; gives each, in order, with the error that ended it, if any.

    Args:
        settings: how the stores are made.
        log_file: to which the processes add what they have to say.
        progress: counts the stages.
        least_frames: of a video; a shorter one ends with an error.

    Raises:
        SignspotError: a process was killed.
    """
    with ThreadPoolExecutor(jobs) as threads, workers(jobs, log_file) as processes:

        def prepare(video: Video) -> None:
            for stage in store_steps(video.path, video.stores, settings, least_frames):
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


def mended(error: SignspotError) -> SignspotError:
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
