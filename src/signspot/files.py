"""Whole files or none: a file gets its name when it is finished."""

import ctypes
import errno
import hashlib
import json
import logging
import os
import platform
import re
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from signspot.errors import DamagedStore, InputError

log = logging.getLogger(__name__)

AGAIN = "Delete it, if it is there, and call snakemake again, which makes it anew."
PART, OLD = ".part-", ".old-"
"""How the names of files in the making, and of folders that are being replaced, begin."""
AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Of the system call renameat2: paths count from the working folder, and are exchanged."""

MADE_AS_ONE = ".snakemake_timestamp"
"""Snakemake's mark in a folder that is one output. It makes such a folder again, but never a file that it lacks."""
LONG_SILENT_S = 86400
"""A process of another machine is taken to be dead if it has not written to its file for so long."""


@contextmanager
def finished(path: Path | str) -> Iterator[Path]:
    """Yields a temporary path beside ``path``, and moves the file there to ``path`` when the block ends.

    After an error in the block, the temporary file is removed and ``path`` stays as it was. The temporary name keeps
    the suffix of ``path``, because libraries choose a format by the suffix. What killed processes left of earlier tries
    is removed at the end.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part(path)
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    _remove_left(path)


@contextmanager
def finished_folder(path: Path | str) -> Iterator[Path]:
    """Yields a new temporary folder, and moves it to ``path`` when the block ends, as :func:`finished` does for a file.

    An empty folder at ``path`` is replaced; a file or a folder with content is not.

    Raises:
        OSError: at the end of the block, a file or a folder with content is at ``path``, and stays.
    """
    path = Path(path).resolve()
    with _new_folder(path) as part:
        yield part
        os.replace(part, path)
    _remove_left(path)


@contextmanager
def replaced_folder(path: Path | str) -> Iterator[Path]:
    """Yields a new temporary folder, as :func:`finished_folder`; it takes the place of all that is in ``path``.

    There is no moment without a folder at ``path``, if there was one: the two are exchanged. Where the file system
    cannot do that (some network disks), a warning says so, and the old one lies beside it as ``.old-…`` for a moment.
    """
    path = Path(path).resolve()
    with _new_folder(path) as part:
        yield part
        if not path.exists():
            os.replace(part, path)
        elif not exchange(part, path):
            old = part.with_name(part.name.replace(PART, OLD, 1))
            log.warning("%s: this disk cannot exchange folders; for a moment the old one is %s", path, old)
            os.replace(path, old)
            try:
                os.replace(part, path)
            except OSError:
                os.replace(old, path)
                raise
            shutil.rmtree(old)
    _remove_left(path)


def exchange(one: Path, other: Path) -> bool:
    """Exchanges two files or folders of one disk in one step; returns whether the system can do that.

    Raises:
        OSError: it can, and failed for another reason.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    if libc.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """A folder beside ``path``; whatever bears its name at the end is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part(path)
    part.mkdir()
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _part(path: Path) -> Path:
    """The name of a file in the making: it tells the process and the machine."""
    return path.with_name(f"{PART}{os.getpid()}-{_machine()}-{path.name}")


@cache
def _machine() -> str:
    """Stands for the name of this machine, in eight letters."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _remove_left(path: Path) -> None:
    """Removes what dead processes left of tries to write ``path``."""
    name = re.compile(rf"(?:{re.escape(PART)}|{re.escape(OLD)})(\d+)-(?:([0-9a-f]{{8}})-)?{re.escape(path.name)}")
    for other in os.listdir(path.parent):
        found = name.fullmatch(other)
        if found and not _lives(int(found[1]), found[2], path.with_name(other)):
            _remove(path.with_name(other))


def _remove(path: Path) -> None:
    """Removes a file or a folder, unless another process is doing so."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _lives(process: int, machine: str | None, part: Path) -> bool:
    """Whether the process that writes a file may still do so."""
    if machine not in (None, _machine()):
        return time.time() - _last_written(part) < LONG_SILENT_S
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _last_written(part: Path) -> float:
    """When a file, or anything in a folder, was written last; in seconds of the clock."""
    try:
        return max(path.stat().st_mtime for path in (part, *part.rglob("*")))
    except FileNotFoundError:
        return time.time()


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


def read_object(path: Path, keys: Iterable[str]) -> dict[str, Any]:
    """A JSON object that has at least these keys.

    Raises:
        InputError: the file is missing or no JSON object, or lacks a key.
        DamagedStore: the file is no JSON.
    """
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). {AGAIN}") from error
    except ValueError as error:
        raise DamagedStore(path, f"it cannot be read as JSON: {error}") from error
    missing = [key for key in keys if not isinstance(value, dict) or key not in value]
    if missing:
        raise InputError(f"{path}: key {missing[0]} is missing. {AGAIN}")
    return value
