"""Processes that prepare videos; apart, so that they need not load what only networks need."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from signspot.compute.threads import use_threads


@contextmanager
def workers(count: int, log_file: Path) -> Iterator[ProcessPoolExecutor]:
    """So many processes, of one thread each, that add what they have to say to a log."""
    with ProcessPoolExecutor(count, get_context("spawn"), _start, (log_file,)) as processes:
        try:
            yield processes
        finally:
            processes.shutdown(cancel_futures=True)


def _start(log_file: Path) -> None:
    """Of a worker: its progress bars, and what native code writes, would disturb the bar of the whole."""
    descriptor = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    use_threads(1)
