"""The clips named on a command line, each of which shows one sign, and the signs that their folders tell."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from signspot.errors import InputError
from signspot.intake.folder import identifiers, walk
from signspot.rows import nfc
from signspot.video.decode import VIDEO_SUFFIXES


class Clip(NamedTuple):
    """A clip.

    Args:
        path: of its file.
        root: the folder that was named on the command line, or that of the file that was.
    """

    path: Path
    root: Path

    def sign(self, vocabulary: Collection[str]) -> str:
        """The sign that the nearest folder, up to the root, bears the name of; "" if none does.

        Args:
            vocabulary: the signs.
        """
        signs = {nfc(sign): sign for sign in vocabulary}
        folders = [self.root.absolute().name, *self.path.parent.relative_to(self.root).parts]
        return next((signs[nfc(name)] for name in reversed(folders) if nfc(name) in signs), "")


def named_clips(paths: Sequence[Path]) -> dict[str, Clip]:
    """Clips by name: that of the file without suffix, with that of its folder in front if several have it.

    Args:
        paths: clips, and folders, which stand for the clips in them and in their folders, in the order of their names.
            A clip that is named twice counts once.

    Raises:
        InputError: a path is not there, or a folder has no video.
    """
    clips: dict[Path, Clip] = {}
    for path in paths:
        for clip in _clips_at(path):
            clips.setdefault(clip.path.resolve(), clip)
    names = identifiers([clip.path for clip in clips.values()])
    return dict(zip(names, clips.values(), strict=True))


def _clips_at(path: Path) -> list[Clip]:
    if path.is_file():
        return [Clip(path, path.parent)]
    if not path.is_dir():
        raise InputError(f"{path}: there is no such clip or folder. Check the path.")
    found = [Clip(clip, path) for clip in walk(path) if clip.suffix.lower() in VIDEO_SUFFIXES]
    if not found:
        raise InputError(
            f"{path}: has no video. Files with these suffixes are taken: {' '.join(sorted(VIDEO_SUFFIXES))}; "
            "name files with others one by one."
        )
    return found
