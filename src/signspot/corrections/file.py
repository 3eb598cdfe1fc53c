"""The file of corrections that the review page writes, read as strictly as any file that may come from anybody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from signspot.errors import InputError, bare
from signspot.foreign import explain_errors, read_json
from signspot.plan.yaml_files import read_yaml
from signspot.rows import LISTED, nfc, refuse

SCHEMA = Path(__file__).with_name("corrections.schema.yaml")
STATES = ("accepted", "changed", "added", "rejected")
AGAIN = "Download it again from the review page."


@dataclass(frozen=True)
class Sign:
    """A gloss from ``start_ms`` to ``end_ms`` (exclusive) of a video."""

    sign: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Edit:
    """What a person decided about one sign.

    Args:
        state: one of ``STATES``.
        original: the spotting, or the annotation that no spotting matched; None: the sign was added.
        score: of the spotting, 0 … 1; None: there is none.
        final: the sign as it is to be; None: it was rejected.
    """

    state: str
    original: Sign | None
    score: float | None
    final: Sign | None


@dataclass(frozen=True)
class VideoCorrections:
    """The corrections of a video.

    Args:
        run: whose spottings were corrected.
        left: how many spottings and missed signs of the page nobody decided about.
        edits: in the order of the file.
    """

    video: str
    run: str
    left: int
    edits: Sequence[Edit]

    @property
    def signs(self) -> list[Sign]:
        """The signs as they are to be, in order of time."""
        finals = (edit.final for edit in self.edits if edit.final is not None)
        return sorted(finals, key=lambda sign: sign.start_ms)

    def count(self, state: str) -> int:
        """How many edits are in a state."""
        return sum(edit.state == state for edit in self.edits)


Corrections = Mapping[str, VideoCorrections]
"""The corrections of several videos, by name."""


def read_corrections(paths: Sequence[Path]) -> Corrections:
    """The corrections of one or more files, by video.

    Raises:
        InputError: a file is missing, too large, or no whole file of corrections; an edit contradicts itself; two signs
            of a video overlap; or two files correct the same video.
    """
    found: dict[str, VideoCorrections] = {}
    places: dict[str, Path] = {}
    for path in paths:
        for one in _read(path):
            if one.video in found:
                raise InputError(
                    f"{path}: corrects the video {one.video}, which {places[one.video]} corrects too. Leave one of "
                    "the files out."
                )
            found[one.video], places[one.video] = one, path
    return found


def _read(path: Path) -> Iterator[VideoCorrections]:
    try:
        content = read_json(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and the permissions.") from error
    except ValueError as error:
        raise InputError(f"{path}: is no file of corrections ({bare(str(error))}). {AGAIN}") from error
    problems = explain_errors(content, read_yaml(SCHEMA))
    if problems:
        lines = [f"{path}: is no file of corrections:", *(f"  {each}" for each in problems[:LISTED]), AGAIN]
        raise InputError("\n".join(lines))
    videos = [_video(one, nfc(content["run"])) for one in content["videos"]]
    refuse(f"{path}: {fault}" for one in videos for fault in _faults(one))
    yield from videos


def _video(told: Mapping[str, Any], run: str) -> VideoCorrections:
    return VideoCorrections(nfc(told["video"]), run, told["left"], [_edit(each) for each in told["edits"]])


def _edit(told: Mapping[str, Any]) -> Edit:
    original, final = (_sign(told[key]) for key in ("original", "final"))
    return Edit(told["state"], original, told["original"] and told["original"]["score"], final)


def _sign(told: Mapping[str, Any] | None) -> Sign | None:
    return told and Sign(nfc(told["sign"]), told["start_ms"], told["end_ms"])


def _faults(video: VideoCorrections) -> Iterator[str]:
    for edit in video.edits:
        signs = [sign for sign in (edit.original, edit.final) if sign is not None]
        for sign in signs:
            if sign.start_ms >= sign.end_ms:
                yield f"video {video.video}: {_shown(sign)} has no length. {AGAIN}"
        if edit.state != _state(edit):
            told = (
                f"{_shown(signs[0])} is told to be {edit.state}" if signs else f"an edit that is {edit.state} is empty"
            )
            yield f"video {video.video}: {told}, which its original and final sign contradict. {AGAIN}"
    for one, other in pairwise(video.signs):
        if other.start_ms < one.end_ms:
            yield (
                f"video {video.video}: {_shown(one)} and {_shown(other)} overlap; a tier cannot hold both. Move a "
                "boundary on the review page, or reject one."
            )


def _state(edit: Edit) -> str:
    """The state that the original and the final sign tell; "" for an edit without either."""
    if edit.original is None:
        return "" if edit.final is None else "added"
    if edit.final is None:
        return "rejected"
    return "accepted" if edit.original == edit.final else "changed"


def _shown(sign: Sign) -> str:
    return f"{bare(sign.sign)} from {sign.start_ms} to {sign.end_ms} ms"
