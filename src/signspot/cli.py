"""``signspot COMMAND …``; each command lives in a module with ``add_arguments(parser)`` and ``run(arguments)``."""

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module

from signspot import __version__
from signspot.errors import SignspotError

# Name -> module and summary. A module is imported only when its command is called: start-up stays quick.
COMMANDS = {
    "find": ("signspot.find.command", "find signs in videos from one to five examples of each"),
    "corpus": ("signspot.intake.command", "make, check and split the tables of a corpus of your own"),
    "score": ("signspot.scoring.command", "compare predictions with annotations"),
    "merge": ("signspot.export.merge", "join the spottings of several models"),
    "export-model": ("signspot.model.export", "put what a trained run has learnt into one folder"),
    "spot": ("signspot.model.command", "find signs in videos with a trained model"),
    "export-elan": ("signspot.export.command", "write spottings as ELAN documents, subtitles and tables"),
    "convert-csv": ("signspot.corpus.csv", "turn a CSV file into the tables of a corpus"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, or 2 after a message on standard error.

    That is so when the input is wrong, or a file cannot be read or written.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    # A path may hold bytes that are not UTF-8, which a message must not end at.
    sys.stdout.reconfigure(errors="backslashreplace")
    logging.basicConfig(level=logging.WARNING, format="signspot: %(message)s")
    name = _parser().parse_args(argv[:1]).command
    module, summary = COMMANDS[name]
    command = import_module(module)
    parser = argparse.ArgumentParser(prog=f"signspot {name}", description=summary)
    command.add_arguments(parser)
    try:
        command.run(parser.parse_args(argv[1:], argparse.Namespace(call=["signspot", *argv])))
    except SignspotError as error:
        sys.stderr.write(f"signspot {name}: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"signspot {name}: {error}. Check the path, the permissions and the free space on the disk.\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}}  {summary}" for name, (_, summary) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="signspot",
        usage="signspot COMMAND …",
        description="Find the signs of a vocabulary in continuous sign-language video.",
        epilog=f"commands:\n{commands}\n\n`signspot COMMAND --help` explains a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"signspot {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help=argparse.SUPPRESS)
    return parser
