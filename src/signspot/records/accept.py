"""``signspot results accept``: results whose times were lost count as made, if their digests are those recorded."""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from signspot.errors import InputError, SignspotError
from signspot.files import MADE_AS_ONE
from signspot.records.record import Record, digest, read_record, recorded
from signspot.stores import CorpusFiles

MEMORY = Path(".snakemake")
"""Where Snakemake keeps which configuration made what, in the folder from which it is called."""
NO_STAGES = {"records", "logs", "benchmarks"}
"""What lies in the results and is the output of no stage."""
CORRECTED_BY_HAND = "elan"
"""The folder of a run in which people may change documents."""
UNACCEPTED_S = 1
"""The time of what is not accepted: older than all that it was made of, so that Snakemake makes it anew."""
NO_RESULT = re.compile(r"\..*|.*\.damaged|.*checkpoint.*\.pt.*")
"""Names of what is in the making, was set aside, or belongs to a training that has not ended."""
LISTED = 20


def run(arguments: argparse.Namespace) -> None:
    """Accepts results, and tells how many files.

    Raises:
        InputError: as :func:`accept`.
        SignspotError: files were not accepted; the message says why. The others are accepted.
    """
    accepted, refused = accept(arguments.folder)
    sys.stdout.write(f"{arguments.folder}: {accepted} files and folders are accepted as they are.\n")
    if refused:
        reasons = [f"  {arguments.folder / name}: {reason}" for name, reason in refused.items()]
        more = [f"  and {len(reasons) - LISTED} more"] * (len(reasons) > LISTED)
        raise SignspotError(
            "\n".join((f"not accepted, {len(reasons)} of {accepted + len(reasons)}:", *reasons[:LISTED], *more))
            + "\nThe next call of snakemake makes anew what it needs of these, and all that is made from them."
        )


def accept(results: Path) -> tuple[int, dict[str, str]]:
    """Gives everything that is as it was recorded one new time, so that Snakemake finds nothing of it out of date.

    Accepted is what has the content that its job wrote, and whose job read what is there now. What is missing is no
    error: it may have been deleted to save space. Everything else gets a time so old that Snakemake makes it anew.

    Args:
        results: the results of a corpus, seen from the folder in which snakemake is called.

    Returns:
        The number of accepted files, and why the others are not, by their paths in the results.

    Raises:
        InputError: there are no records, or Snakemake does not know which configuration made the results.
    """
    corpus = CorpusFiles(results)
    if not corpus.records.is_dir():
        raise InputError(
            f"{corpus.records}: is not there, which tells what the files were made of. Expected the results of a "
            "corpus, results/<corpus>, copied with all that is in it."
        )
    if not any((MEMORY / "metadata").glob("*")) and not (MEMORY / "metadata.db").exists():
        raise InputError(
            f"{MEMORY}: is not there or empty, by which snakemake knows which configuration made the results. Copy it "
            "along with them, and call this command in the folder in which you call snakemake."
        )
    # Whatever is changed while the digests are taken is newer than this.
    now = time.time_ns()
    comparison = _Comparison(corpus)
    there = [name for name in recorded(corpus) if Path(results, name).exists()]
    bar = tqdm(there, "files", disable=not sys.stderr.isatty())
    refused = {name: reason for name in bar if (reason := comparison.reason(name))}
    refused |= dict.fromkeys(_unrecorded(results, set(there)), "has no record of what it was made of")
    # Snakemake counts the measurement of a job as one of its outputs.
    for path in (*(results / name for name in there), *corpus.benchmarks.rglob("*.tsv")):
        _set_time(path, now)
    for name in refused:
        _set_time(results / name, UNACCEPTED_S * 10**9)
    return len(set(there) - set(refused)), refused


@dataclass
class _Comparison:
    """Compares files with their records; every file and every record is read once.

    Args:
        corpus: whose results are compared.
        made: recorded digests of files of the results, by their paths in them; None: there is no record.
        given: digests of files from elsewhere, by their paths; None: the file is gone, which Snakemake tells by itself.
    """

    corpus: CorpusFiles
    made: dict[str, str | None] = field(default_factory=dict)
    given: dict[str, str | None] = field(default_factory=dict)

    def reason(self, name: str) -> str:
        """Why a file or folder of the results is not accepted; empty if it is."""
        record, path = read_record(self.corpus, name), Path(self.corpus.folder, name)
        if record is None:
            return "has a damaged record"
        if path.name != CORRECTED_BY_HAND and digest(path) != record.digest:
            return "is damaged, or was changed since its job wrote it"
        changed = next(self._changed(record), None)
        return "" if changed is None else f"was made of another {changed}"

    def _changed(self, record: Record) -> Iterator[str]:
        """What is no longer what a job read."""
        for name, read in record.results.items():
            if name not in self.made:
                known = read_record(self.corpus, name)
                self.made[name] = known and known.digest
            if self.made[name] not in (read, None):
                yield str(Path(self.corpus.folder, name))
        for path, read in record.given.items():
            if path not in self.given:
                self.given[path] = digest(Path(path)) if Path(path).exists() else None
            if self.given[path] not in (read, None):
                yield path


def _unrecorded(results: Path, known: set[str]) -> Iterator[str]:
    """Files of stages that have no record, and lie in no folder that has one."""
    for path in sorted(results.glob("*/**/*")):
        inside = path.relative_to(results)
        if path.is_dir() or inside.parts[0] in NO_STAGES or any(map(NO_RESULT.fullmatch, inside.parts)):
            continue
        if not any(place.as_posix() in known for place in (inside, *inside.parents)):
            yield inside.as_posix()


def _set_time(path: Path, nanoseconds: int) -> None:
    """Sets the time by which Snakemake knows when a file or folder was made."""
    if path.is_dir():
        path = path / MADE_AS_ONE
        path.touch()
    os.utime(path, ns=(nanoseconds, nanoseconds))
