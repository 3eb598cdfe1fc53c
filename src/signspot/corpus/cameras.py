"""Who is in which video of a conversation: a camera that films one signer alone bears the signer's name.

Corpus NGT calls the videos of S001 and S002 ``…_S001_b`` and ``…_S002_b``; the Public DGS Corpus calls those of A and B
``…_1a1`` and ``…_1b1``. A name counts only as a whole part of the name of a video, never as letters within a word.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from signspot.corpus.names import folded

CAMERA = r"(?:cam|camera|kamera|signer|person)?\d*{letter}\d*"
"""What may stand about a signer who is called by a single letter: the numbers of session and camera."""
NUMBERED = re.compile(r"([^\W\d_]+)0*(\d+)")


class SignerNames(NamedTuple):
    """What a document calls a signer: a label in the names of tiers, and PARTICIPANT; either is "" if there is none."""

    label: str
    person: str


def owners(signers: Sequence[SignerNames], videos: Sequence[str], folders: Sequence[str] = ()) -> list[int | None]:
    """The number of the signer whom each video shows alone; None where the names do not tell.

    A video that bears two signers' names shows both. What the names have in common at their beginning tells nothing.
    PARTICIPANT counts before the label. One video that bears a PARTICIPANT of two or more letters and digits is enough;
    a single letter, a number or a label must tell two signers apart, for it may mean the take or the camera.

    Args:
        signers: all signers of the document.
        videos: names of its videos without suffix.
        folders: names of their folders, which count where the names do not tell; empty if unknown.
    """
    names, around = ([_parts(text) for text in texts] for texts in (videos, folders or [""] * len(videos)))
    for people in (True, False):
        spelled = [signer.person if people else signer.label for signer in signers]
        for each in (names, _without_common(names), _without_common(around)):
            found = [_owner(spelled, of_video) for of_video in each]
            known = set(found) - {None}
            if len(known) > 1 or (known and (len(signers) == 1 or (people and _telling(spelled[known.pop()])))):
                return found
    return [None] * len(videos)


def belongs_to(video: str, document: str) -> bool:
    """Whether the name of a video is that of a document with more behind, such as a camera or a signer."""
    mine, whole = _parts(document), _parts(video)
    return len(whole) > len(mine) > 0 and whole[: len(mine)] == mine


def _parts(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(text))


def _without_common(names: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The parts of the names behind those with which all of them begin."""
    common = len(list(takewhile(lambda same: len(set(same)) == 1, zip(*names, strict=False))))
    return [name[common:] for name in names]


def _owner(spelled: Sequence[str], parts: Sequence[str]) -> int | None:
    bearing = [number for number, name in enumerate(spelled) if _bears(parts, name)]
    return bearing[0] if len(bearing) == 1 else None


def _bears(parts: Sequence[str], name: str) -> bool:
    """Whether a name is a part of the name of a video, or several parts that follow each other."""
    wanted = "".join(_parts(name))
    if len(wanted) == 1 and wanted.isalpha():
        return any(re.fullmatch(CAMERA.format(letter=wanted), part) for part in parts)
    runs = _runs(parts) if _telling(name) else iter(parts)
    return bool(wanted) and any(_numbered(run) == _numbered(wanted) for run in runs)


def _runs(parts: Sequence[str]) -> Iterator[str]:
    """One to three parts that follow each other, joined: S-001 is S001, Anna_Meier is AnnaMeier."""
    for first in range(len(parts)):
        for last in range(first + 1, min(first + 3, len(parts)) + 1):
            yield "".join(parts[first:last])


def _numbered(text: str) -> str:
    """The text without zeros before its number: S001 is S1."""
    return NUMBERED.sub(r"\1\2", text)


def _telling(name: str) -> bool:
    """Whether a name hardly stands for anything but a person: it has a letter, and is longer than one."""
    text = "".join(_parts(name))
    return len(text) > 1 and not text.isdigit()
