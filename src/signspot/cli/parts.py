"""What the options of several commands share."""

import argparse
from pathlib import Path

from signspot.intake.conventions import PROFILES, TABLE_COLUMNS, TIME_COLUMNS
from signspot.intake.times import UNITS
from signspot.registry import literal_at

OURS = ", ".join((*TABLE_COLUMNS, *TIME_COLUMNS))
"""Our names of the columns of tables."""
TIER_HELP = "tier of glosses, once for each hand; patterns: 'GLOSS_*', or 'type:gloss' for a linguistic type"
FORMATS = literal_at("signspot.corpus.intervals:FORMATS")
"""In words, of which files annotations and spottings are read."""
EVALUATED = f"{FORMATS}; ELAN documents (.eaf, or a folder of them); a run (results/CORPUS/runs/RUN)"
"""In words, of what spottings are read that are scored."""
ANNOTATED = f"{EVALUATED}; the folder of the tables of a corpus, of which the split test counts"
"""In words, of what annotations are read by which spottings are scored."""


def positive(text: str) -> int:
    """A number of 1 or more from an option."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {number}")
    return number


def add_table_options(add: argparse._ActionsContainer) -> None:
    """The options of tables that do not tell all by themselves."""
    add.add_argument(
        "--unit", choices=UNITS, default="", help="of times in tables, where the name of their column tells none"
    )
    add.add_argument(
        "--separator",
        default="",
        metavar="CHARACTER",
        help="between the cells of tables; found by default: comma, semicolon, tab",
    )
    add.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="OURS=THEIRS",
        help=f"a column of tables under another name: video=clip; ours are {OURS}",
    )


def add_accept_tier(add: argparse._ActionsContainer) -> None:
    """The option by which spottings become annotations."""
    add.add_argument(
        "--accept-tier",
        action="append",
        default=[],
        metavar="NAME",
        help="tier of spottings that a person looked through, signspot:NAME, or a pattern; it holds annotations then",
    )


def add_elan_options(add: argparse._ActionsContainer) -> None:
    """The options by which tiers of annotations and of spottings are told."""
    add.add_argument("--tier", action="append", default=[], metavar="NAME", help=f"of the truth: {TIER_HELP}")
    add.add_argument(
        "--spotted-tier",
        action="append",
        default=[],
        metavar="NAME",
        help="tier of spottings, likewise; signspot:NAME is found where it is the only one",
    )
    add.add_argument("--profile", choices=PROFILES, help="convention of the tiers of the truth; found by default")
    add.add_argument(
        "--participant", default="", metavar="NAME", help="whose annotations, where documents hold those of several"
    )


def add_work_options(add: argparse._ActionsContainer) -> None:
    """The options of the work on videos with a model."""
    add.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="of the networks")
    add.add_argument(
        "--jobs", type=positive, default=1, metavar="N", help="videos prepared at a time, and threads of the networks"
    )
    add.add_argument(
        "--work",
        type=Path,
        metavar="FOLDER",
        help="keeps the intermediate files, so that a later call goes on from them (40 MB and more per minute)",
    )
    add.add_argument(
        "--pose-model",
        type=Path,
        metavar="FILE",
        help="MediaPipe's pose_landmark_heavy.tflite, for models whose poses are of complexity 2 (their cards tell)",
    )
