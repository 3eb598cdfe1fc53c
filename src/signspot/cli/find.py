"""What ``signspot find`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import TIER_HELP, add_accept_tier, add_table_options, positive
from signspot.intake.conventions import PROFILES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot find``."""
    add = parser.add_argument
    add("videos", type=Path, nargs="+", metavar="VIDEO", help="a video, or a folder of videos, to look through")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--examples",
        type=Path,
        action="append",
        metavar="LEXICON",
        help="folder of clips (HOUSE.mp4, HOUSE_2.mp4, or a sub-folder per sign), or annotated videos; may be repeated",
    )
    what.add_argument(
        "--example", metavar="CLIP", help="one clip, or VIDEO@1:02.3-1:03.1: list the most similar places, best first"
    )
    add("--out", type=Path, required=True, metavar="FOLDER", help="a new folder for what is found")
    add("--work", type=Path, metavar="FOLDER", help="keeps the poses, so that a later call with more examples is quick")
    add("--save", type=Path, metavar="MODEL", help="also write a model for `signspot spot`; an older one is replaced")
    add(
        "--false-alarms",
        type=_rate,
        metavar="N",
        help="wrong spottings per minute without any of the signs that are admitted (6); fewer: more signs are missed",
    )
    add("--no-training", action="store_true", help="matching alone: seconds in place of minutes, and less exact")
    add("--tier", action="append", default=[], metavar="NAME", help=TIER_HELP)
    add_accept_tier(parser)
    add("--profile", choices=PROFILES, help="convention of the tiers in annotated examples; found by default")
    add_table_options(parser)
    add("--annotations", type=Path, metavar="FOLDER", help="ELAN files of the videos, whose tiers the new files keep")
    add("--jobs", type=positive, default=1, metavar="N", help="videos prepared at a time, and threads of the networks")
    add("--seed", type=int, default=1, help="of all random choices (1)")
    parser.set_defaults(runs="signspot.find.command")


def _rate(text: str) -> float:
    number = float(text)
    if not 0 < number < 1000:
        raise argparse.ArgumentTypeError(f"expected more than 0, less than 1000, got {number:g}")
    return number
