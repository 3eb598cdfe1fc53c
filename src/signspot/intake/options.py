"""How files of annotations are read, from the options of all commands that read them."""

import argparse
from collections.abc import Sequence

from signspot.errors import InputError
from signspot.export.elan import SPOTTED
from signspot.intake.conventions import TABLE_COLUMNS, TIME_COLUMNS, Profile
from signspot.intake.formats import TableOptions
from signspot.intake.own import names_spottings
from signspot.intake.sheets import separator_named
from signspot.rows import nfc, refuse


def accepted_tiers(arguments: argparse.Namespace) -> list[str]:
    """The names and patterns of the tiers of spottings that the user accepts.

    Raises:
        InputError: a name is none of a tier of spottings.
    """
    names = list(map(nfc, arguments.accept_tier))
    refuse(
        f"--accept-tier {name}: expected a tier of spottings, {SPOTTED}NAME. Annotators' own tiers: --tier."
        for name in names
        if not names_spottings(name)
    )
    return names


def table_options(arguments: argparse.Namespace) -> TableOptions:
    """How tables are read.

    Raises:
        InputError: the separator is no character, or a column is unknown.
    """
    return TableOptions(arguments.unit, separator_named(arguments.separator), dict(map(_column, arguments.column)))


def _column(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not equals or ours not in (*TABLE_COLUMNS, *TIME_COLUMNS) or not nfc(theirs):
        known = ", ".join((*TABLE_COLUMNS, *TIME_COLUMNS))
        raise InputError(f"--column {text}: expected OURS=THEIRS, where OURS is one of {known}. Correct it.")
    return ours, nfc(theirs)


def tier_profile(tiers: Sequence[str]) -> Profile:
    """The convention of tiers that the user names, in one spelling."""
    return Profile("of --tier", {"": tuple(map(nfc, tiers))})
