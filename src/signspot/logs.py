"""One place that sets up logging for a stage: to its log file and to the screen, and turns errors into a message."""

import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from signspot.errors import SignspotError

log = logging.getLogger("signspot")

DONE = "done in %.1f s, %d MiB at most"
"""The last line of the log of a finished stage."""


class Cost(NamedTuple):
    """What a stage took: seconds, and the most memory that its process had, without those that it started."""

    seconds: float
    mib: float


@contextmanager
def stage(log_file: Path | str) -> Iterator[None]:
    """Logs the block to ``log_file`` and standard error; an error of the user ends the process with its message."""
    path = Path(log_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[logging.FileHandler(path, "w", encoding="utf-8"), logging.StreamHandler()],
        force=True,
    )
    try:
        yield
        log.info(DONE, *_cost())
    except SignspotError as error:
        log.error("%s", error)
        sys.exit(1)
    except OSError as error:
        log.error("%s. Check the path, the permissions and the free space on the disk, then rerun.", error)
        # HDF5 crashes when Python, on its way out, closes a file that the disk had no room for.
        os._exit(1)


def _cost() -> Cost:
    """Of this process, from its start. The memory that getrusage tells may be that of the process that started it."""
    started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    peak_kb = int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])
    return Cost(time.clock_gettime(time.CLOCK_BOOTTIME) - started, peak_kb / 1024)


def cost_of(log_text: str) -> Cost | None:
    """What the stage that wrote a log took; None if it did not come to its end."""
    found = re.search(r"done in ([\d.]+) s, (\d+) MiB at most\s*$", log_text)
    return Cost(float(found[1]), float(found[2])) if found else None
