"""What ``signspot corpus`` and its commands may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import TIER_HELP, add_accept_tier, add_table_options
from signspot.intake.conventions import PROFILES, STARS

SENTENCES_HELP = "tier of translations, or a .tsv table (video, start_ms, end_ms, text); known tiers are found"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of ``signspot corpus`` and their options."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (add_options, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        add_options(command)
        command.set_defaults(runs=f"signspot.intake.{name}")


def _add_init(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot corpus init``."""
    add = parser.add_argument
    add("folder", type=Path, help="with videos and their annotations, or one file of annotations")
    add("--out", type=Path, metavar="FOLDER", help="for what is written; the folder signspot in the folder by default")
    add("--overwrite", action="store_true", help="replace the tables that are there")
    add("--media", type=Path, metavar="FOLDER", help="with the videos, where they lie elsewhere")
    add("--skip-missing", action="store_true", help="leave out videos that are not there, and their annotations")
    add("--name", help="of the corpus and of its results; that of the folder by default")
    add("--fps", type=float, default=25, help="frame rate of the corpus (25); videos of another one are resampled")
    add("--seed", type=int, default=1, help="of all random choices (1)")
    annotations = parser.add_argument_group("annotations")
    _add_conventions(annotations)
    annotations.add_argument("--sentences", default="", metavar="TIER", help=SENTENCES_HELP)
    add_table_options(annotations)
    signs = parser.add_argument_group("vocabulary").add_mutually_exclusive_group()
    signs.add_argument("--vocabulary", type=Path, metavar="FILE", help="a gloss per line, or a table: sign, aliases")
    signs.add_argument("--min-count", type=int, default=1, metavar="N", help="all glosses with N annotations (1)")
    who = parser.add_argument_group("signers").add_mutually_exclusive_group()
    who.add_argument("--signers", type=Path, metavar="FILE", help="table: video, signer; handedness, participant")
    who.add_argument("--signer-pattern", metavar="REGEX", help=r"(…) in the name of a file is the signer: '(p\d+)_.*'")


def _add_conventions(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--profile", choices=["auto", *PROFILES], default="auto", help="convention of the tiers; found by default")
    add("--tier", action="append", default=[], metavar="NAME", help=TIER_HELP)
    add_accept_tier(group)
    add("--prefix-drop", action="append", metavar="TEXT", help="what begins so is no sign: FS: for fingerspelling")
    add("--stars", choices=STARS, help="*GLOSS, a deviant form, is an example of GLOSS, is left out, or a gloss itself")
    add("--overlap", type=float, metavar="IOU", help="from which a gloss on both hands is one sign (0.5)")
    add("--participant", default="", metavar="NAME", help="whose glosses, where files hold those of two signers")
    add("--sign-column", default="", metavar="NAME", help="of tables; the same as --column sign=NAME")


def _add_check(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot corpus check``."""
    parser.add_argument("corpus", type=Path, help="its configuration (.yaml), or the folder of its tables")


def _add_split(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot corpus split``."""
    add = parser.add_argument
    add("videos", type=Path, help="videos.tsv, with annotations.tsv and vocabulary.tsv beside it")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--shares", default="train=70,val=15,test=15", help="in any unit (train=70,val=15,test=15)")
    how.add_argument("--folds", type=int, metavar="K", help="write K runs: each K-th of the videos is tested once")
    add("--by", choices=["signer", "video"], default="signer", help="video: the same people may be in several splits")
    add("--balance", choices=["annotations", "minutes"], default="annotations", help="what the shares are of")
    add("--seed", type=int, default=1, help="chooses among what is equally good (1)")


COMMANDS = {
    "init": (_add_init, "write the tables and a configuration from a folder"),
    "check": (_add_check, "look through the tables and the videos of a corpus again"),
    "split": (_add_split, "share the videos out for training and testing, so that no signer is in both"),
}
