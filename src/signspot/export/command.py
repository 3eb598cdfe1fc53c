"""``signspot export-elan``: writes spottings of any program as ELAN documents, subtitles and tables."""

import argparse
from pathlib import Path

import pandas as pd

from signspot.corpus.intervals import check_known, read_scored_intervals, with_class_ids
from signspot.corpus.names import wrong_names
from signspot.corpus.tables import with_found_paths
from signspot.errors import InputError
from signspot.export.elan import SpottingSource
from signspot.export.spotted import write_spotted
from signspot.rows import read_rows, refuse, require


def run(arguments: argparse.Namespace) -> None:
    """Writes the files of every video that has spottings.

    Raises:
        InputError: a file cannot be read or understood, or a video is not in the table of videos.
    """
    file = read_scored_intervals(arguments.spottings)
    signs, (rows,) = with_class_ids([file], arguments.vocabulary)
    check_known(rows, arguments.spottings, arguments.vocabulary)
    glosses = dict(zip(signs["class_id"], signs["sign"], strict=True))
    refuse(
        f"{arguments.spottings}: class id {class_id} is not in {arguments.vocabulary}."
        for class_id in sorted(set(rows["class_id"]) - glosses.keys())
    )
    spottings = rows.assign(sign=rows["class_id"].map(glosses), score=rows.get("score", 1.0))
    videos = _videos(arguments.videos, file.videos)
    source = SpottingSource(arguments.run or arguments.spottings.stem, list(glosses.values()))
    for video in videos.itertuples():
        write_spotted(
            video.video,
            spottings[spottings["video"] == video.video],
            arguments.out,
            media=Path(video.path),
            source=source,
            original=Path(video.annotation) if video.annotation else None,
        )


def _videos(path: Path, wanted: list[str]) -> pd.DataFrame:
    """The rows of the wanted videos in the table of videos: video, path, annotation."""
    table = read_rows(path)
    require(table, ["video", "path"], path)
    refuse(wrong_names(table, path))
    missing = [video for video in wanted if video not in set(table["video"])]
    if missing:
        raise InputError(f"{path}: lacks the video {missing[0]} ({len(missing)} of {len(wanted)} spotted). Add them.")
    table = with_found_paths(path.parent, table.assign(annotation=table.get("annotation", "")))
    return table[table["video"].isin(wanted)].drop_duplicates("video")
