"""Pickles of strangers, read as data: nothing in them is run, and nothing but plain values is made."""

from pathlib import Path
from typing import Any

from signspot.errors import InputError
from signspot.files import open_regular
from signspot.pickles.arrays import Refused
from signspot.pickles.machine import plain_content

LIMIT = 64 * 2**20
"""Largest pickle, in bytes, that is read as annotations; those of the challenge are below 100 kB."""
SHOWN = 80
"""Most characters of a text that a message shows."""


def load_pickle(path: Path | str, expected: str, limit: int = LIMIT) -> Any:
    """The content of a foreign pickle; see :func:`signspot.pickles.machine.plain_content`.

    Args:
        path: the pickle.
        expected: what it should hold, for the message.
        limit: its largest size, in bytes.

    Raises:
        InputError: the file cannot be read, is no regular file or too large, is no pickle, or holds anything else.
    """
    try:
        with open_regular(path) as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path.") from error
    return read_pickle(content, str(path), expected, limit)


def read_pickle(content: bytes, name: str, expected: str, limit: int = LIMIT) -> Any:
    """As :func:`load_pickle`, from bytes that are there; ``name`` is what the message calls them."""
    if len(content) > limit:
        raise InputError(f"{name}: is larger than {limit} bytes. Expected {expected}.")
    try:
        return plain_content(content)
    except Refused as error:
        raise InputError(
            f"{name}: refused as a pickle ({error}). Expected {expected}, in plain lists, dicts and numbers."
        ) from error


def shown(value: Any) -> str:
    """A value of a foreign pickle in a message: short, printable, and without a look into what it contains."""
    if isinstance(value, str):
        return repr(value) if len(value) <= SHOWN else f"{value[:SHOWN]!r}…"
    if value is None or isinstance(value, int | float):
        return str(value)
    kind = type(value).__name__
    return f"a {kind} of {len(value)}" if isinstance(value, list | tuple | dict) else f"a {kind}"
