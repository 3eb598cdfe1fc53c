"""Who signs in which video: told by a table, by the names of the files, or by ELAN files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from signspot.corpus.tables import HANDS
from signspot.errors import InputError
from signspot.intake.formats import without_suffix
from signspot.intake.hands import handedness_by_name
from signspot.rows import bad_cells, nfc, read_rows, refuse, require, separator_of

USUAL = r"([A-Za-z]+[0-9]+)_.*"
"""The usual pattern fits names such as ``p01_n000``: the signer, then what is signed."""


@dataclass(frozen=True)
class Signers:
    """How to tell who signs in a video.

    Args:
        rows: the cells of a table of signers, by video.
        pattern: a regular expression for whole names, whose only group is the signer; "" for none.
    """

    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pattern: str = ""

    def participant(self, name: str) -> str:
        """The participant whose glosses to take from the ELAN file of this name; "" if the table does not tell."""
        return self.rows.get(name, {}).get("participant", "")

    def handedness(self, *names: str) -> str:
        """The dominant hand of the signer of a video, left or right; "" if neither the table nor a name tells.

        Args:
            names: of the video and of its annotations; a name such as ``film_LH`` tells of a left-handed signer.
        """
        told = [HANDS[self.rows.get(name, {}).get("handedness", "").lower()] for name in names]
        return next(filter(None, [*told, *map(handedness_by_name, names)]), "")

    def signer(self, name: str, told: str = "") -> str:
        """The signer of a video: told by the table, else by its name, else by its annotations, ``told``; or ""."""
        match = re.fullmatch(self.pattern, name) if self.pattern else None
        return self.rows.get(name, {}).get("signer") or (nfc(match[1] or "") if match else told)


def read_signers(table: Path | None, pattern: str | None) -> Signers:
    """Reads and checks what the user says about signers.

    Args:
        table: a file with video and signer, optional handedness and participant; None for no table.
        pattern: a regular expression for names, whose only group is the signer; None for no pattern.

    Raises:
        InputError: the table or the pattern is wrong.
    """
    return Signers(_rows(table) if table else {}, _checked(pattern) if pattern else "")


def _rows(path: Path) -> dict[str, dict[str, str]]:
    rows = read_rows(path, separator_of(path))
    require(rows, ["video", "signer"], path)
    refuse(bad_cells(rows, "video", rows["video"].duplicated(), path, "each video once"))
    if "handedness" in rows:
        refuse(
            bad_cells(rows, "handedness", ~rows["handedness"].str.lower().isin(HANDS), path, "left, right or nothing")
        )
    return {without_suffix(row["video"]): row for row in rows.to_dict("records")}


def _checked(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise InputError(f"--signer-pattern {pattern!r}: is no regular expression ({error}).") from error
    if groups != 1:
        raise InputError(f"--signer-pattern {pattern!r}: has {groups} groups, expected one (…), the signer.")
    return pattern


def usual_pattern(names: Sequence[str]) -> str:
    """The usual pattern if it fits every name and tells at least two signers apart, else ""."""
    found = [re.fullmatch(USUAL, name) for name in names]
    return USUAL if all(found) and len({match[1] for match in found}) > 1 else ""
