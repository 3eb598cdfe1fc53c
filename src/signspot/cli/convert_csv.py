"""What ``signspot convert-csv`` may be told."""

import argparse
from pathlib import Path

from signspot.registry import literal_at

SPLITS = literal_at("signspot.corpus.tables:SPLITS")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot convert-csv``."""
    parser.add_argument(
        "--annotations", type=Path, nargs="+", required=True, help="files with video, sign, start_ms, end_ms"
    )
    parser.add_argument(
        "--videos", type=Path, required=True, help="file with video, split, signer and, without --media, path"
    )
    parser.add_argument("--vocabulary", type=Path, help="file with sign and, if the order is not theirs, class_id")
    parser.add_argument(
        "--column", action="append", default=[], metavar="OURS=THEIRS", help="a column under another name: sign=label"
    )
    parser.add_argument(
        "--split",
        action="append",
        default=[],
        metavar="THEIRS=OURS",
        help=f"their name of a split: dev=val; ours are {', '.join(SPLITS)}; an empty one leaves the videos out",
    )
    parser.add_argument(
        "--media", metavar="PATTERN", help="videos/{video}.mp4, seen from the folder of the file of videos"
    )
    parser.add_argument("--separator", default=",", help="between cells, a comma by default; a tab in files named .tsv")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for videos.tsv, annotations.tsv and vocabulary.tsv"
    )
    parser.set_defaults(runs="signspot.corpus.csv")
