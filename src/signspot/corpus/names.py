"""What may become a file or a folder: one check for every name of a table, a configuration, an archive or a store."""

import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from signspot.errors import InputError
from signspot.rows import bad_cells, nfc, refuse

LONGEST = 120
"""Bytes of the longest name: files of two names, a number and a suffix still fit a disk, whose limit is 255."""
CUT = 100
"""Bytes to which a name is cut that is made from another text, so that a number fits behind it."""
EXPECTED = f"letters, digits, _ and - only, up to {LONGEST} bytes"
UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Characters that tables and documents cannot hold: those that control a screen or end a line, and surrogates, which
stand for bytes that are not UTF-8."""


def is_name(text: str) -> bool:
    """Whether a text may be the name of a file or a folder, wherever it comes from."""
    return re.fullmatch(r"[\w-]+", text) is not None and len(text.encode()) <= LONGEST


def folded(name: str) -> str:
    """What names have in common that a disk may take for one: they differ in case or in Unicode form alone."""
    return nfc(nfc(name).casefold())


def wrong_names(table: pd.DataFrame, source: Path | str, column: str = "video") -> list[str]:
    """What is wrong with the names in a column of a table, which may hold a name several times.

    Args:
        table: the table, whose row i is line i + 2 of its file.
        source: the file of the table, for the messages.
        column: the column.
    """
    known = table[column].map(is_name).astype(bool)
    return [*bad_cells(table, column, ~known, source, EXPECTED), *_look_alikes(table[column], f"{source}: {column}")]


def check_names(names: Iterable[str], source: Path | str) -> None:
    """Checks names that become files.

    Args:
        names: the names, which may be there several times.
        source: where they are written, for the message.

    Raises:
        InputError: a name holds other characters, is too long, or differs from another one in case alone.
    """
    names = list(dict.fromkeys(names))
    wrong = [name for name in names if not is_name(name)]
    faults = [f"{source}: the name {name!r} cannot be that of a file, expected {EXPECTED}." for name in wrong]
    refuse([*faults, *_look_alikes(names, source)])


def _look_alikes(names: Iterable[str], source: Path | str) -> list[str]:
    first: dict[str, str] = {}
    both = [(first.setdefault(folded(name), name), name) for name in dict.fromkeys(names)]
    return [
        f"{source}: {one!r} and {other!r} differ in upper and lower case alone, which many disks take for one name. "
        "Rename one."
        for one, other in both
        if one != other
    ]


def name_of(text: str, otherwise: str) -> str:
    """A name for a file, made from any text: what may not be in a name becomes ``_``, and a long text is cut.

    Args:
        text: the text.
        otherwise: the name of a text of which nothing is left.
    """
    name = re.sub(r"[^\w-]+", "_", nfc(text)).encode()[:CUT].decode(errors="ignore")
    return name or otherwise


def video_name(text: str) -> str:
    """The name that a video gets in tables and results, made from that of its file."""
    return name_of(text, "video")


def unwritable(path: Path | str) -> str:
    """Why tables and documents cannot hold a path; "" if they can."""
    fault = "its name holds a control character or is not UTF-8; rename it"
    return fault if UNWRITABLE.search(str(path)) else ""


def shown(path: Path | str) -> str:
    """A path in quotes as a message can show it: bytes that are not UTF-8 as ``\\xe1``, a line break as ``\\n``."""
    return "'" + "".join(map(_shown, str(path))) + "'"


def _shown(char: str) -> str:
    if "\udc80" <= char <= "\udcff":  # how Python spells a byte that is not UTF-8
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char if char.isprintable() else ascii(char)[1:-1]


def pasted(path: Path | str) -> str:
    """A path as an argument of a command that can be pasted into a shell."""
    return shlex.quote(os.path.join(".", path) if str(path).startswith("-") else str(path))


def check_no_braces(paths: Iterable[tuple[str, str]]) -> None:
    """Checks that paths suit the workflow, as Snakemake takes ``{x}`` in a path for a wildcard and has no escape.

    Args:
        paths: where each path is written, for the message, and the path.

    Raises:
        InputError: a path holds a brace; the message lists such paths.
    """
    refuse(
        f"{source}: {shown(path)} holds {{ or }}, which Snakemake takes for a wildcard. Rename the file or the folder."
        for source, path in paths
        if set("{}") & set(path)
    )


def check_writable(path: Path) -> None:
    """Checks that tables and documents can hold a path.

    Raises:
        InputError: they cannot.
    """
    if fault := unwritable(path):
        raise InputError(f"{shown(path)}: {fault}.")
