"""Errors meant for the person at the keyboard."""

from pathlib import Path


class SignspotError(Exception):
    """Something the user can mend: the message names the file, row or key, what was expected, and what to do."""


class InputError(SignspotError):
    """A file, table or setting is missing, unreadable or wrong."""


class DamagedStore(InputError):
    """A file that a stage wrote no longer holds what was written; the same stage can make it anew.

    Never raised for files of the user, because :func:`signspot.logs.stage` moves a damaged file out of the way.
    """

    def __init__(self, path: Path | str, reason: object) -> None:
        super().__init__(path, reason)  # both are needed to pass the error on from a loader process
        self.path, self.reason = Path(path), str(reason)

    def __str__(self) -> str:
        return f"{self.path}: is damaged ({self.reason}). Delete it and run the stage that writes it again."
