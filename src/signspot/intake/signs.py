"""Which sign a clip shows: told by its folder, or else by its own name."""

import re
from pathlib import Path

NUMBER = re.compile(r"(?:[ _-]+[0-9]+|[ _-]*\([0-9]+\))\Z")
"""What tells the clips of a sign apart at the end of their names, as in HOUSE_2, HOUSE-2, HOUSE 2 and HOUSE (2)."""


def sign_of(clip: Path, root: Path) -> str:
    """The sign of a clip: the name of its folder within ``root``, or else its own name without a number at the end.

    The Unicode form stays. A blank name gives "".
    """
    folders = clip.relative_to(root).parts[:-1]
    return _spaced(folders[0]) if folders else gloss_of(clip.stem)


def gloss_of(stem: str) -> str:
    """The sign of a clip: the name of its file without suffix, and without the number of the clip at its end.

    White space becomes single spaces; the Unicode form stays. A name that is only a number is a gloss as it is.
    """
    text = _spaced(stem)
    return NUMBER.sub("", text) or text


def _spaced(text: str) -> str:
    """A text with single spaces; its Unicode form stays, so that a note can tell of two forms."""
    return " ".join(text.split())
