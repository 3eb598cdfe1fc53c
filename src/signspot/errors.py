"""Errors meant for the person at the keyboard."""

import shlex
from pathlib import Path
from reprlib import Repr


def make_command(*paths: Path | str) -> str:
    """The command that makes files of the results, and nothing else, in the folder where the workflow is called."""
    return f"signspot run --cores 1 -- {shlex.join(map(str, paths))}, with the --configfile of your run before the --."


class SignspotError(Exception):
    """Something that the user can mend: the message names the file, row or key, what is expected, and what to do."""


class InputError(SignspotError):
    """A file, table or setting is missing, unreadable or wrong."""


class NotFinite(InputError):
    """A network gives numbers that are NaN or infinite."""


class DamagedStore(InputError):
    """A file of a stage no longer holds what the stage wrote; the same stage can make the file anew.

    No function raises this error for a file of the user, because :func:`signspot.logs.job` renames a damaged file.
    """

    def __init__(self, path: Path | str, reason: object) -> None:
        super().__init__(path, reason)  # pickle passes both on from a loader process
        self.path, self.reason = Path(path), str(reason)

    def __str__(self) -> str:
        return f"{self.path}: is damaged ({self.reason}). Delete it and make it anew: {make_command(self.path)}"


MOST_SHOWN = 300
"""Characters of a text of a file in a message."""
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 100
_SHORT.maxlevel, _SHORT.maxdict = 2, 3


def shown(value: object) -> str:
    """A value as a message shows it: as Python writes it, without control characters, and cut if it is long."""
    return _SHORT.repr(value)


def bare(text: str) -> str:
    """A text as a message shows it without quotation marks: without control characters, and cut if it is long."""
    cut = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
    return "".join(character if character.isprintable() else "?" for character in cut)
