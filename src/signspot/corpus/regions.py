"""The part of the picture that shows the signer: the columns ``side`` and ``crop`` of the table of videos."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from signspot.errors import InputError
from signspot.rows import bad_cells

SIDES = ("left", "right")
LEAST_PX = 16
"""Least width and height of a region, in px."""
NUMBERS = re.compile(r"([0-9]{1,5})" + r" *, *([0-9]{1,5})" * 3)
EXPECTED = f"x, y, width and height in px of the picture that a player shows, 0,0,640,480, of {LEAST_PX} px or more"


@dataclass(frozen=True)
class Region:
    """A part of the picture, in px as a player shows it. A video is treated as if it were cut to it.

    Args:
        x: its first column.
        y: its first row.
        width: in px.
        height: in px.
    """

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        """As in the column ``crop``."""
        return f"{self.x},{self.y},{self.width},{self.height}"


def region_of(chosen: str, width: int, height: int) -> Region:
    """The region of a picture of ``width`` x ``height`` px.

    Args:
        chosen: a side; x, y, width and height; "" for the whole picture.

    Raises:
        InputError: it is none of these, too small, or reaches beyond the picture.
    """
    half = width // 2
    named = {"": Region(0, 0, width, height), "left": Region(0, 0, half, height)}
    named["right"] = Region(width - half, 0, half, height)
    region = named.get(chosen) or _numbered(chosen)
    if region is None:
        raise InputError(f"{chosen!r} is no region of a picture, expected {', '.join(SIDES)}, or {EXPECTED}.")
    if region.x + region.width > width or region.y + region.height > height:
        raise InputError(f"crop is {chosen!r}, expected x,y,width,height within the picture of {width}x{height} px.")
    return region


def _numbered(chosen: str) -> Region | None:
    """The region that four numbers tell; None if they are not four, or tell none."""
    found = NUMBERS.fullmatch(chosen)
    region = Region(*map(int, found.groups())) if found else None
    return region if region and min(region.width, region.height) >= LEAST_PX else None


def chosen_regions(videos: pd.DataFrame) -> dict[str, str]:
    """The region of each video, as :func:`region_of` reads it."""
    empty = [""] * len(videos)
    rows = zip(videos["video"], videos.get("side", empty), videos.get("crop", empty), strict=True)
    return {video: side or crop for video, side, crop in rows}


def wrong_regions(videos: pd.DataFrame, name: Path | str) -> Iterator[str]:
    """A message for each cell of ``side`` and ``crop`` that is wrong whatever the size of the picture."""
    if "side" in videos:
        wrong = ~videos["side"].isin(["", *SIDES])
        yield from bad_cells(videos, "side", wrong, name, "left, right (that half of the picture) or nothing")
    if "crop" in videos:
        wrong = (videos["crop"] != "") & videos["crop"].map(_numbered).isna()
        yield from bad_cells(videos, "crop", wrong, name, f"nothing, or {EXPECTED}")
    if "side" in videos and "crop" in videos:
        both = (videos["side"] != "") & (videos["crop"] != "")
        yield from bad_cells(videos, "crop", both, name, "nothing beside a side")
