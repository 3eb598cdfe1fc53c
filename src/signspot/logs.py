"""The edge of a stage: sets up its log, turns errors into a message, and moves damaged files out of the way."""

import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from signspot.compute.threads import use_threads
from signspot.errors import DamagedStore, SignspotError
from signspot.files import set_aside

log = logging.getLogger("signspot")

MADE_AS_ONE = ".snakemake_timestamp"
"""Snakemake's mark in a folder that is one output. It makes such a folder again, but never a file that it lacks."""
DONE = "done in %.1f s, %d MiB at most"
"""The last line of the log of a finished stage."""


class Cost(NamedTuple):
    """What a stage took: seconds, and the most memory that its process had, without those that it started."""

    seconds: float
    mib: float


@contextmanager
def stage(log_file: Path | str, threads: int = 1) -> Iterator[None]:
    """Logs the block to ``log_file`` and standard error; an error of the user ends the process with its message.

    Libraries compute in ``threads`` threads from then on.

    A damaged file of an earlier stage is renamed to ``<name>.damaged``, with the folder if that was made as a whole:
    what is missing is what Snakemake makes anew.
    """
    path = Path(log_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[logging.FileHandler(path, "w", encoding="utf-8"), logging.StreamHandler()],
        force=True,
    )
    use_threads(threads)
    try:
        yield
        log.info(DONE, *_cost())
    except DamagedStore as error:
        log.error("%s: is damaged (%s). %s", error.path, error.reason, _out_of_the_way(error.path))
        sys.exit(1)
    except SignspotError as error:
        log.error("%s", error)
        sys.exit(1)
    except OSError as error:
        log.error("%s. Check the path, the permissions and the free space on the disk, then rerun.", error)
        # HDF5 crashes when Python, on its way out, closes a file that the disk had no room for.
        os._exit(1)


def _out_of_the_way(path: Path) -> str:
    """Sets a damaged file aside; says what became of it and what to do."""
    made = path.parent if (path.parent / MADE_AS_ONE).exists() else path
    try:
        aside = set_aside(made)
    except FileNotFoundError:
        return "Another job has set it aside: call the same command again, and it is made anew."
    except OSError as error:
        return f"{made} cannot be renamed ({error.strerror}): delete it, and call the same command again."
    return f"{made} is now {aside}, which may be deleted: call the same command again, and it is made anew."


def _cost() -> Cost:
    """Of this process, from its start. The memory that getrusage tells may be that of the process that started it."""
    started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    peak_kb = int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])
    return Cost(time.clock_gettime(time.CLOCK_BOOTTIME) - started, peak_kb / 1024)


def cost_of(log_text: str) -> Cost | None:
    """What the stage that wrote a log took; None if it did not come to its end."""
    found = re.search(r"done in ([\d.]+) s, (\d+) MiB at most\s*$", log_text)
    return Cost(float(found[1]), float(found[2])) if found else None
