"""The challenge's hand-in: a zip that holds one pickle of intervals by video."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from signspot.errors import InputError
from signspot.files import finished

MEMBER = "res/predictions.pkl"
# The earliest time a zip can hold: equal spottings give equal bytes whenever they are written.
WRITTEN = (1980, 1, 1, 0, 0, 0)


def write_submission(spottings: pd.DataFrame, videos: Sequence[str], path: Path | str) -> None:
    """Writes ``{video: [[class_id, start_ms, end_ms], …]}`` with every one of ``videos``, in order of time.

    Plain builtin types, pickle protocol 4, as the organisers ask; the zip opens without this package.

    Args:
        spottings: video, class_id, start_ms, end_ms.
        videos: of the split to hand in; those without spottings get an empty list.

    Raises:
        InputError: a spotting belongs to none of ``videos``.
    """
    intervals: dict[str, list[list[int]]] = {str(video): [] for video in videos}
    strangers = spottings.loc[~spottings["video"].isin(intervals), "video"]
    if len(strangers):
        raise InputError(f"spottings: video {strangers.iloc[0]} is not among the {len(intervals)} videos to hand in.")
    for row in spottings.sort_values(["video", "start_ms"], kind="stable").itertuples():
        intervals[row.video].append([int(row.class_id), int(row.start_ms), int(row.end_ms)])
    member = ZipInfo(MEMBER, WRITTEN)
    member.compress_type = ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    with finished(path) as part, ZipFile(part, "w") as archive:
        archive.writestr(member, pickle.dumps(intervals, protocol=4))
