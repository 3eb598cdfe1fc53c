"""What ``signspot spot`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import add_work_options
from signspot.decoders import DECODERS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot spot``."""
    parser.add_argument("videos", type=Path, nargs="+", metavar="VIDEO", help="a video, or a folder of videos")
    parser.add_argument("--model", type=Path, required=True, help="folder written by `signspot export-model`")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for what is found")
    parser.add_argument(
        "--annotations",
        type=Path,
        metavar="FOLDER",
        help="ELAN files named as the videos, whose tiers the new files keep; by default those beside the videos",
    )
    add_work_options(parser)
    parser.add_argument("--decoder", choices=DECODERS.names(), help="by default that of the model")
    parser.set_defaults(runs="signspot.model.command")
