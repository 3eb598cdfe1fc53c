"""The edge of a stage: sets up its log, turns errors into a message, and moves damaged files out of the way."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signspot.errors import DamagedStore, SignspotError
from signspot.files import set_aside

log = logging.getLogger("signspot")

MADE_AS_ONE = ".snakemake_timestamp"
"""Snakemake's mark in a folder that is one output. It makes such a folder again, but never a file that it lacks."""


@contextmanager
def stage(log_file: Path | str) -> Iterator[None]:
    """Logs the block to ``log_file`` and standard error; an error of the user ends the process with its message.

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
    try:
        yield
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
