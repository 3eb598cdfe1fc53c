"""What ``signspot export-model`` may be told."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot export-model``."""
    add = parser.add_argument
    add("run", type=Path, metavar="RUN", help="folder of a finished run: results/<corpus>/runs/<run>")
    add("--out", type=Path, required=True, metavar="FOLDER", help="the model; an older one is replaced")
    add("--spotter", metavar="NAME", help="one of the spotters of the run; by default that of its spottings")
    parser.set_defaults(runs="signspot.model.export")
