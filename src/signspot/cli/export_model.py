"""What ``signspot export-model`` may be told."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot export-model``."""
    add = parser.add_argument
    add("run", type=Path, metavar="RUN", help="folder of a finished run: results/<corpus>/runs/<run>")
    add("--out", type=Path, required=True, metavar="FOLDER", help="the model; an older one is replaced")
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--spotter", metavar="NAME", help="one of the spotters of the run; by default that of its spottings"
    )
    one.add_argument(
        "--recogniser",
        metavar="NAME",
        help="an expert that names single signs, or a fusion of several; by default, of a run without spotters, its "
        "first fusion or else its first recogniser",
    )
    parser.set_defaults(runs="signspot.model.export")
