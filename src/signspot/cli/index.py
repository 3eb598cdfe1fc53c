"""What ``signspot index`` may be told."""

import argparse
from pathlib import Path

THRESHOLD = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot index``."""
    add = parser.add_argument
    add(
        "sources",
        type=Path,
        nargs="+",
        metavar="SOURCE",
        help="folder of tables (annotations.tsv), of a run or spotted videos (spottings.tsv); or a table of spottings",
    )
    add("--out", type=Path, required=True, metavar="INDEX", help="folder of the index; what changed is made anew")
    add("--sentences", type=Path, metavar="FILE", help="table: video, start_ms, end_ms, text; sentences.tsv by default")
    add("--videos", type=Path, metavar="FILE", help="table of the videos of spottings: video, path, split, signer")
    add(
        "--spotter", metavar="NAME", help="of a run: index what it recognises in each window, in the place of spottings"
    )
    add("--threshold", type=float, default=THRESHOLD, help="with --spotter: the probability must be larger (0.5)")
    add(
        "--space",
        type=Path,
        metavar="RUN",
        help="folder of a run with retrieval: sentences of its videos get points in its space, for search --like",
    )
    add("--vectors", type=Path, metavar="FILE", help="with --space: the word vectors with which it was trained, if any")
    parser.set_defaults(runs="signspot.search.index")
