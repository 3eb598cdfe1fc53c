"""Thumbnails of signs, a hundred to a JPEG sheet: a page of many thousand needs few files, and loads what is seen."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from signspot.report.timeline import ShownSign
from signspot.timebase import Timebase
from signspot.video.store import FrameStore

SIZE = 128
"""Side of a thumbnail in px."""
COLUMNS = 10
SHEET = 100
"""Thumbnails of a full sheet, in rows of ``COLUMNS``."""
QUALITY = 75


def write_sheets(store: FrameStore, bars: Sequence[ShownSign], folder: Path, first: int) -> int:
    """Writes the middle frames of ``bars`` to the sheets ``first``, ``first + 1`` …; returns how many sheets these are.

    One sheet is held in memory at a time.

    Args:
        store: frames of the video.
        bars: signs that get a picture, in order.
        folder: of the sheets.
        first: number of the first sheet.

    Raises:
        InputError, DamagedStore: of the frame store.
    """
    starts = range(0, len(bars), SHEET)
    for number, start in enumerate(starts, first):
        sheet = _sheet(store, bars[start : start + SHEET])
        (folder / f"{number}.jpg").write_bytes(simplejpeg.encode_jpeg(sheet, QUALITY, "RGB", "420"))
    return len(starts)


def _sheet(store: FrameStore, bars: Sequence[ShownSign]) -> np.ndarray:
    sheet = np.zeros((-(-len(bars) // COLUMNS) * SIZE, COLUMNS * SIZE, 3), np.uint8)
    for i, bar in enumerate(bars):
        y, x = (SIZE * place for place in divmod(i, COLUMNS))
        frame = middle_frame(store, bar)
        picture = store.read(frame, frame + 1)[0]
        sheet[y : y + SIZE, x : x + SIZE] = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return sheet


def middle_frame(store: FrameStore, bar: ShownSign) -> int:
    """The frame shown in the middle of a bar; the first or last one if that lies outside the store."""
    middle = Timebase(store.fps, store.span.start_ms).frame_at((bar.start_ms + bar.end_ms) // 2)
    return min(max(middle, 0), len(store) - 1)
