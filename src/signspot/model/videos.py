"""The videos named on a command line, each with a name of its own."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from signspot.corpus.names import folded, shown, unwritable, video_name
from signspot.errors import InputError, SignspotError
from signspot.intake.own import review_copies
from signspot.video.decode import VIDEO_SUFFIXES


def named_videos(paths: Sequence[Path]) -> dict[str, Path]:
    """Videos by name: the name of the file without suffix, see :func:`signspot.corpus.names.video_name`.

    Args:
        paths: videos, and folders, which stand for the videos in them (not in folders in them), by name. Copies for
            the review page beside their videos are left out; :func:`left_out_copies` tells them.

    Raises:
        InputError: a path is not there, a folder has no video, or two videos have the same name, but for upper and
            lower case.
    """
    names: dict[str, str] = {}
    videos: dict[str, Path] = {}
    for path in chain.from_iterable(map(_videos_at, paths)):
        name = _name(path)
        same = names.setdefault(folded(name), name)
        if same in videos:
            called = name if same == name else f"{same} and {name}, which many disks take for one name"
            raise InputError(
                f"{videos[same]} and {path}: both videos would be called {called}. Rename one, or spot them separately."
            )
        videos[name] = path
    return videos


def _name(path: Path) -> str:
    """The name of a video; that of a path that no table can hold is never that of another video."""
    name = video_name(path.stem)
    return f"{name}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:8]}" if unwritable(path) else name


def unwritable_videos(paths: Mapping[str, Path]) -> dict[str, SignspotError]:
    """The videos whose paths no table or document can hold, each with the error that says so."""
    faults = {name: unwritable(path) for name, path in paths.items()}
    return {name: InputError(f"{shown(paths[name])}: {fault}.") for name, fault in faults.items() if fault}


def left_out_copies(paths: Sequence[Path]) -> dict[Path, Path]:
    """The copies for the review page in the folders among ``paths``, each with the video that it is a copy of."""
    return dict(chain.from_iterable(review_copies(_within(path)).items() for path in paths if path.is_dir()))


def _videos_at(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"{path}: there is no such video or folder. Check the path.")
    found = _within(path)
    if not found:
        raise InputError(
            f"{path}: has no video. Files with these suffixes are taken: {' '.join(sorted(VIDEO_SUFFIXES))}; "
            "name files with others one by one."
        )
    return sorted(set(found) - review_copies(found).keys())


def _within(folder: Path) -> list[Path]:
    # Names with a dot in front are copies that some systems leave beside the videos.
    return [file for file in folder.iterdir() if file.suffix.lower() in VIDEO_SUFFIXES and file.name[0] != "."]
