"""Writes the hand-in of the challenge: a zip that holds one pickle of intervals by video."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from signspot.corpus.challenge import MEMBER
from signspot.errors import InputError
from signspot.files import finished

WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold. A fixed time makes equal spottings give equal bytes at any time."""


def write_submission(spottings: pd.DataFrame, videos: Sequence[str], path: Path | str) -> None:
    """Writes ``{video: [[class_id, start_ms, end_ms], …]}`` for all ``videos``, intervals in order of time.

    As the organisers ask, the pickle has protocol 4 and builtin types only, so that it loads without this package.

    Args:
        spottings: video, class_id, start_ms, end_ms, as :func:`signspot.spottings.read_spottings` gives them.
        videos: the videos to hand in; a video without spottings gets an empty list.
        path: the zip to write.

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
