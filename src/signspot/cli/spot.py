"""What ``signspot spot`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import positive
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
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="of the networks")
    parser.add_argument(
        "--jobs", type=positive, default=1, metavar="N", help="videos prepared at a time, and threads of the networks"
    )
    parser.add_argument(
        "--work",
        type=Path,
        metavar="FOLDER",
        help="keeps the intermediate files, so that a later call goes on from them (40 MB and more per minute)",
    )
    parser.add_argument("--decoder", choices=DECODERS.names(), help="by default that of the model")
    parser.set_defaults(runs="signspot.model.command")
