"""What the intake reads of a folder, as plain rows that tests can compare."""

from pathlib import Path
from typing import Any

from signspot.intake.gather import Request, gather

Signs = list[tuple[str, int, int]]


def signs_in(folder: Path, **options: Any) -> dict[str, Signs]:
    """Gloss, start and end in ms of the annotations of each video of a folder."""
    return {
        video.name: [(sign.gloss, sign.start_ms, sign.end_ms) for sign in video.used]
        for video in gather(Request(folder, **options)).videos
    }


def told(folder: Path, **options: Any) -> dict[str, str]:
    """What the notes tell of each file of a folder."""
    return {Path(note.where).name: note.what for note in gather(Request(folder, **options)).notes}
