"""The videos named on a command line, each with a name of its own."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from signspot.corpus.tables import video_name
from signspot.errors import InputError
from signspot.video.decode import VIDEO_SUFFIXES


def named_videos(paths: Sequence[Path]) -> dict[str, Path]:
    """Videos by name: the name of the file without suffix, see :func:`signspot.corpus.tables.video_name`.

    Args:
        paths: videos, and folders, which stand for the videos in them (not in folders in them), by name.

    Raises:
        InputError: a path is not there, a folder has no video, or two videos have the same name.
    """
    videos: dict[str, Path] = {}
    for path in chain.from_iterable(map(_videos_at, paths)):
        name = video_name(path.stem)
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
    found = [file for file in path.iterdir() if file.suffix.lower() in VIDEO_SUFFIXES and not file.name.startswith(".")]
    if not found:
        raise InputError(
            f"{path}: has no video. Files with these suffixes are taken: {' '.join(sorted(VIDEO_SUFFIXES))}; "
            "name files with others one by one."
        )
    return sorted(found)
