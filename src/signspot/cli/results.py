"""What ``signspot results`` and its commands may be told."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of ``signspot results`` and their options."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    summary = "take results as they are, whose times were lost in copying"
    accept = commands.add_parser("accept", help=summary, description=summary)
    accept.add_argument("folder", type=Path, metavar="FOLDER", help="the results of a corpus: results/<corpus>")
    accept.set_defaults(runs="signspot.records.accept")
