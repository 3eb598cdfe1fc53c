"""The edge of a job: its log, threads and device, errors as messages, and damaged files out of the way."""

import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from signspot.compute.gpus import claim_device
from signspot.compute.threads import use_threads
from signspot.errors import DamagedStore, SignspotError
from signspot.files import MADE_AS_ONE, set_aside
from signspot.records.record import write_records

log = logging.getLogger("signspot")


class Job(Protocol):
    """The object ``snakemake`` of a script, as far as it is needed here."""

    log: Sequence[str]
    threads: int
    config: Mapping[str, Any]
    input: Iterable[str]
    output: Iterable[str]


@contextmanager
def job(snakemake: Job) -> Iterator[None]:
    """Runs a block as a job: it is logged to the job's log file and to standard error, in the job's threads.

    When the block ends well, the digests of what it wrote and of what it read are recorded.
    An error of the user ends the process with its message. A damaged file of an earlier stage is renamed to
    ``<name>.damaged``, with its folder if that was made as a whole: Snakemake makes anew what is missing.
    """
    path = Path(snakemake.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=[logging.FileHandler(path, "w", encoding="utf-8", errors="backslashreplace"), logging.StreamHandler()],
        force=True,
    )
    use_threads(snakemake.threads)
    try:
        yield
        write_records(path, snakemake.input, snakemake.output)
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


@contextmanager
def network_job(snakemake: Job) -> Iterator[None]:
    """A :func:`job` that computes with networks: the device of the configuration is claimed first.

    The device is read from the configuration, not from the params of the rule: a change of params would make Snakemake
    run the rule again.
    """
    with job(snakemake):
        claim_device(snakemake.config.get("device", "auto"))
        yield


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
