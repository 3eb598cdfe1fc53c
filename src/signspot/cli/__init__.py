"""``signspot COMMAND …``: a module here declares what a command may be told, and names the module that runs it.

So help and wrong options are answered before anything heavy is imported. The arguments hold, as ``runs``, the name of a
module with ``run(arguments)``. A command that sets ``passes_on`` is given, as ``others``, the options it does not know.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from signspot import __version__
from signspot.errors import SignspotError

COMMANDS = {
    "run": "run the workflow: everything from videos and annotations to a report",
    "find": "find signs in videos from one to five examples of each",
    "corpus": "make, check and split the tables of a corpus of your own",
    "score": "compare predictions with annotations",
    "compare": "tell whether runs differ: scores per sign and signer, with intervals of the differences",
    "merge": "join the spottings of several models",
    "results": "take results as they are after they were copied",
    "export-model": "put what a trained run has learnt into one folder",
    "spot": "find signs in videos with a trained model",
    "recognise": "name the signs of clips, each of which shows one, with a trained model",
    "index": "gather signs and sentences of a corpus for search",
    "search": "find the places where signs are made, or words are said",
    "corrections": "turn what was corrected on the review page into ELAN tiers and truth",
    "export-elan": "write spottings as ELAN documents, subtitles and tables",
    "convert-csv": "turn a CSV file into the tables of a corpus",
    "convert-clips": "turn the lists of WLASL, MS-ASL or AUTSL into a table of clips",
}
"""Name and summary; the module of a command bears its name, with ``_`` for ``-``."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, or 2 after a message on standard error.

    That is so when the input is wrong, or a file cannot be read or written.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    # A path may hold bytes that are not UTF-8, which a message must not end at.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    logging.basicConfig(level=logging.WARNING, format="signspot: %(message)s")
    name = _parser().parse_args(argv[:1]).command
    parser = command_parser(name)
    arguments, others = parser.parse_known_args(argv[1:], argparse.Namespace(call=["signspot", *argv]))
    if others and not parser.get_default("passes_on"):
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    arguments.others = others
    try:
        import_module(arguments.runs).run(arguments)
    except SignspotError as error:
        sys.stderr.write(f"signspot {name}: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"signspot {name}: {error}. Check the path, the permissions and the free space on the disk.\n")
        return 2
    return 0


def command_parser(name: str) -> argparse.ArgumentParser:
    """The parser of what follows the name of a command."""
    parser = argparse.ArgumentParser(prog=f"signspot {name}", description=COMMANDS[name])
    import_module(f"{__name__}.{name.replace('-', '_')}").add_arguments(parser)
    return parser


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}}  {summary}" for name, summary in COMMANDS.items())
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
