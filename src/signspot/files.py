"""Whole files or none: a file gets its name when it is finished."""

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO


@contextmanager
def finished(path: Path | str) -> Iterator[Path]:
    """Yields a temporary path beside ``path``, and moves the file there to ``path`` when the block ends.

    After an error in the block, the temporary file is removed and ``path`` stays as it was. The temporary name keeps
    the suffix of ``path``, because libraries choose a format by the suffix.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{os.getpid()}-{path.name}")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def finished_folder(path: Path | str) -> Iterator[Path]:
    """Yields a new temporary folder, and moves it to ``path`` when the block ends, as :func:`finished` does for a file.

    An empty folder at ``path`` is replaced; a file or a folder with content is not.

    Raises:
        OSError: at the end of the block, a file or a folder with content is at ``path``, and stays.
    """
    path = Path(path).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{os.getpid()}-{path.name}")
    part.mkdir()
    try:
        yield part
        os.replace(part, path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def resumed_folder(path: Path | str, names: Iterable[str]) -> Iterator[Path]:
    """Yields ``.<name>.part`` beside ``path``, with the files that a call which was stopped has left in it.

    When the block ends well, files of other names than ``names`` are deleted, and the folder takes the place of
    ``path`` and of all that is there. Otherwise it stays for a later call.
    """
    path, wanted = Path(path), set(names)
    part = path.with_name(f".{path.name}.part")
    part.mkdir(parents=True, exist_ok=True)
    yield part
    for other in part.iterdir():
        if other.name not in wanted:
            other.unlink()
    if path.exists():
        shutil.rmtree(path)
    os.replace(part, path)


def set_aside_as(path: Path | str) -> Path:
    """The name that a damaged file or folder gets: its own name with ``.damaged`` behind it."""
    path = Path(path)
    return path.with_name(f"{path.name}.damaged")


def set_aside(path: Path | str) -> Path:
    """Renames a damaged file or folder and returns its new name.

    A file or folder that was set aside under this name before is replaced.

    Raises:
        FileNotFoundError: ``path`` is gone; what was set aside before stays.
    """
    aside = set_aside_as(path)
    if aside.is_dir() and Path(path).exists():
        shutil.rmtree(aside)
    os.replace(path, aside)
    return aside


def open_regular(path: Path | str) -> BinaryIO:
    """Opens a file for reading. A pipe or a device, which may never come to an end, is not waited for.

    Raises:
        OSError: the file cannot be opened, or is no regular file.
    """
    return open(path, "rb", opener=_descriptor)


def _descriptor(path: str, flags: int) -> int:
    # Without O_NONBLOCK, the opening of a pipe would wait for somebody who writes into it.
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    mode = os.fstat(descriptor).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # open() has a message of its own for a folder
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is no regular file", path)
    return descriptor


def sha256(path: Path | str) -> str:
    """Hex digest of the bytes of a regular file."""
    with open_regular(path) as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def write_json(path: Path | str, value: Any) -> None:
    """Writes a value as JSON: UTF-8, indented, keys in the given order, a newline at the end."""
    with finished(path) as part:
        part.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
