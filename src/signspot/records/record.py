"""What every file of the results was made of: its digest and those of what its job read, in a record of its own.

The record of ``<results>/crops/a.h5`` is ``<results>/records/crops/a.h5.json``. Modification times tell Snakemake what
is out of date, but a copy loses them; digests stay true.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from signspot.files import MADE_AS_ONE, sha256, write_json
from signspot.stores import CorpusFiles, results_of_log


@dataclass(frozen=True)
class Record:
    """What a file, or a folder that was made as one, is and was made of.

    Args:
        digest: of its content, see :func:`digest`.
        results: digests of the files of the results that its job read, by their paths in the results.
        given: digests of the other files that its job read, by their paths as the job saw them.
    """

    digest: str
    results: Mapping[str, str]
    given: Mapping[str, str]


def digest(path: Path) -> str:
    """Hex digest (SHA-256) of the bytes of a file, or of the names and bytes of all files in a folder."""
    if not path.is_dir():
        return sha256(path)
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.name != MADE_AS_ONE)
    lines = (f"{file.relative_to(path).as_posix()}\0{sha256(file)}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_records(log: Path, inputs: Iterable[str], outputs: Iterable[str]) -> None:
    """Records what a job has written and read.

    Of files of the results, the digest is taken that was recorded when they were made: a training would read all stores
    once more for it.

    Args:
        log: of the job, which tells where the results lie.
        inputs, outputs: files and folders, as the job saw them.
    """
    corpus = results_of_log(log)
    results, given = {}, {}
    for path in map(Path, inputs):
        if path.is_relative_to(corpus.folder):
            name = path.relative_to(corpus.folder).as_posix()
            known = read_record(corpus, name)
            results[name] = digest(path) if known is None else known.digest
        else:
            given[str(path)] = digest(path)
    for path in map(Path, outputs):
        name = path.relative_to(corpus.folder).as_posix()
        write_json(_place(corpus, name), asdict(Record(digest(path), results, given)))


def read_record(corpus: CorpusFiles, name: str) -> Record | None:
    """The record of a file or folder of the results, by its path in them; None if there is none, or a damaged one."""
    try:
        record = Record(**json.loads(_place(corpus, name).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return record if isinstance(record.results, dict) and isinstance(record.given, dict) else None


def recorded(corpus: CorpusFiles) -> Iterator[str]:
    """The paths in the results of all that has a record, in alphabetical order."""
    folder = corpus.records
    for path in sorted(folder.rglob("*.json")):
        yield path.relative_to(folder).as_posix().removesuffix(".json")


def _place(corpus: CorpusFiles, name: str) -> Path:
    return corpus.records / f"{name}.json"
