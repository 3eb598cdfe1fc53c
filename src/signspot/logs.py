"""One place that sets up logging for a stage: to its log file and to the screen, and turns errors into a message."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signspot.errors import SignspotError

log = logging.getLogger("signspot")


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
    except SignspotError as error:
        log.error("%s", error)
        sys.exit(1)
    except OSError as error:
        log.error("%s. Check the path, the permissions and the free space on the disk, then rerun.", error)
        # HDF5 crashes when Python, on its way out, closes a file that the disk had no room for.
        os._exit(1)
