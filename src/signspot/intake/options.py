"""Options that tell how files of annotations are read, for all commands that read them."""

import argparse
from collections.abc import Sequence

from signspot.errors import InputError
from signspot.intake.formats import TableOptions
from signspot.intake.formats.table import KINDS, NAMES
from signspot.intake.profiles import Profile
from signspot.intake.sheets import separator_named
from signspot.intake.times import UNITS
from signspot.rows import nfc

TIER_HELP = "tier of glosses, once for each hand; patterns: 'GLOSS_*', or 'type:gloss' for a linguistic type"


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
        help=f"a column of tables under another name: video=clip; ours are {', '.join((*NAMES, *KINDS))}",
    )


def table_options(arguments: argparse.Namespace) -> TableOptions:
    """How tables are read.

    Raises:
        InputError: the separator is no character, or a column is unknown.
    """
    return TableOptions(arguments.unit, separator_named(arguments.separator), dict(map(_column, arguments.column)))


def _column(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not equals or ours not in (*NAMES, *KINDS) or not nfc(theirs):
        known = ", ".join((*NAMES, *KINDS))
        raise InputError(f"--column {text}: expected OURS=THEIRS, where OURS is one of {known}. Correct it.")
    return ours, nfc(theirs)


def tier_profile(tiers: Sequence[str]) -> Profile:
    """The convention of tiers that the user names, in one spelling."""
    return Profile("of --tier", {"": tuple(map(nfc, tiers))})
