"""``signspot corpus``: makes the tables of a corpus from a folder, checks them, and shares videos out to splits."""

import argparse

from signspot.intake import check, init, split

COMMANDS = {
    "init": (init, "write the tables and a configuration from a folder"),
    "check": (check, "look through the tables and the videos of a corpus again"),
    "split": (split, "share the videos out for training and testing, so that no signer is in both"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of ``signspot corpus`` and their options."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        module.add_arguments(command)
        command.set_defaults(action=module.run)


def run(arguments: argparse.Namespace) -> None:
    """Runs one of the commands.

    Raises:
        InputError: the folder holds nothing usable, the corpus is wrong, or its videos cannot be shared out as wanted.
    """
    arguments.action(arguments)
