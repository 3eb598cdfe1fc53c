"""What ``signspot corrections`` and its commands may be told."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of ``signspot corrections`` and their options."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    summary = "turn files of corrections into ELAN documents, and into truth for the next training"
    apply = commands.add_parser("apply", help=summary, description=summary)
    add = apply.add_argument
    add("files", type=Path, nargs="+", metavar="FILE", help="corrections.json, downloaded from the review page")
    add(
        "--videos",
        type=Path,
        nargs="+",
        required=True,
        metavar="PATH",
        help="the table of videos of the corpus, results/CORPUS/tables/videos.tsv; or videos, and folders of videos",
    )
    add("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for what is written")
    apply.set_defaults(runs="signspot.corrections.apply")
