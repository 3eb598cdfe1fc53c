"""The videos named on a command line, each with a name of its own."""

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from signspot.corpus.rows import normal
from signspot.errors import InputError

SUFFIXES = {
    *(".avi", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf"),
    *(".ogv", ".ts", ".webm", ".wmv"),
}
"""Files of a folder that are taken as videos; a file that is named itself may have any suffix."""


def named_videos(paths: Sequence[Path]) -> dict[str, Path]:
    """Videos by name: the name of the file without suffix, ``_`` for what is no letter, digit, ``_`` or ``-``.

    Args:
        paths: videos, and folders, which stand for the videos in them (not in folders in them), by name.

    Raises:
        InputError: a path is not there, a folder has no video, or two videos have the same name.
    """
    videos: dict[str, Path] = {}
    for path in chain.from_iterable(map(_videos_at, paths)):
        name = re.sub(r"[^\w-]", "_", normal(path.stem)) or "_"
        if name in videos:
            raise InputError(
                f"{videos[name]} and {path}: both videos would be called {name}. Rename one, or spot them separately."
            )
        videos[name] = path
    return videos


def _videos_at(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"{path}: there is no such video or folder. Check the path.")
    # Names with a dot in front are copies that some systems leave beside the videos.
    found = [file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and not file.name.startswith(".")]
    if not found:
        raise InputError(
            f"{path}: has no video. Files with these suffixes are taken: {' '.join(sorted(SUFFIXES))}; "
            "name files with others one by one."
        )
    return sorted(found)
