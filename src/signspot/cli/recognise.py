"""What ``signspot recognise`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import add_work_options, positive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot recognise``."""
    add = parser.add_argument
    add(
        "clips",
        type=Path,
        nargs="+",
        metavar="CLIP",
        help="a video of one sign, or a folder of such videos",
    )
    add("--model", type=Path, required=True, help="folder written by `signspot export-model` of a recogniser")
    add("--out", type=Path, metavar="FOLDER", help="a new folder for the table recognitions.tsv")
    add("--k", type=positive, default=5, metavar="N", help="best signs of each clip that are printed (5)")
    add_work_options(parser)
    parser.set_defaults(runs="signspot.model.recognition_command")
