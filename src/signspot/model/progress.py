"""How far the work on many videos is."""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

log = logging.getLogger(__name__)


class Progress:
    """A bar over the stages of all videos on a terminal, and a line per stage and video in the log.

    Args:
        videos: how many there are.
        stages: of each.
    """

    def __init__(self, videos: int, stages: int) -> None:
        self._stages = stages
        self._done: Counter[str] = Counter()
        self._bar = tqdm(total=videos * stages, desc=f"{videos} video{'s' * (videos != 1)}", unit="stage", disable=None)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    @contextmanager
    def stage(self, video: str, name: str) -> Iterator[None]:
        """A stage of a video, in any thread; it counts when the block ends well."""
        start = time.monotonic()
        yield
        log.info("%s: %s, %.1f s", video, name, time.monotonic() - start)
        self._advance(video, 1)

    def end(self, video: str) -> None:
        """Counts the stages that a video did not come to."""
        self._advance(video, self._stages - self._done[video])

    def _advance(self, video: str, stages: int) -> None:
        with self._bar.get_lock():
            self._done[video] += stages
            self._bar.update(stages)
