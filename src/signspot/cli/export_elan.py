"""What ``signspot export-elan`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot export-elan``."""
    parser.add_argument("spottings", type=Path, help=f"{FORMATS}; with a score of 0 to 1, or all get 1")
    parser.add_argument(
        "--videos", type=Path, required=True, help="table with video, path and, if there is one, annotation: an .eaf"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for VIDEO.eaf, .vtt, .srt and .csv")
    parser.add_argument("--run", help="name of the tiers, signspot:RUN; by default that of the file of spottings")
    parser.add_argument("--vocabulary", type=Path, help="links class ids with glosses: a .tsv table (class_id, sign)")
    parser.set_defaults(runs="signspot.export.command")
