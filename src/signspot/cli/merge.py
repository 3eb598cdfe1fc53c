"""What ``signspot merge`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot merge``."""
    parser.add_argument(
        "spottings",
        type=Path,
        nargs="+",
        help=f"spottings of two or more models: {FORMATS}. The last file leads: its spottings come first",
    )
    parser.add_argument("--out", type=Path, required=True, help="the table to write, spottings.tsv")
    parser.add_argument("--vocabulary", type=Path, help="links glosses with class ids: a .tsv table (class_id, sign)")
    parser.add_argument("--fps", type=float, default=25.0, help="the corpus frame rate; 25 by default")
    parser.set_defaults(runs="signspot.export.merge")
