"""The page of all commands, from the parsers that read them."""

import argparse
from collections.abc import Iterator
from functools import partial

from markdown_tables import code, plain, table

from signspot.cli import COMMANDS, command_parser
from signspot.packaged.command import REPOSITORY

INTRODUCTION = """\
# Commands
Every command of `signspot`, as `signspot COMMAND --help` explains it. A command ends with the exit status 0.
After a message on standard error, the status is 2.
"""
WIDTH = 100
"""Characters of a line of usage."""


def commands_page() -> str:
    """The page as Markdown."""
    return "\n".join([INTRODUCTION, *(part for name in COMMANDS for part in _of_parser(command_parser(name), "##"))])


def _of_parser(parser: argparse.ArgumentParser, heading: str) -> Iterator[str]:
    """What a parser tells, and what the parsers of its commands tell."""
    raw = parser.formatter_class is argparse.RawDescriptionHelpFormatter
    parser.formatter_class = partial(argparse.HelpFormatter, width=WIDTH)
    yield f"{heading} {parser.prog}\n{_sentence(parser.description)}\n"
    commands = next((each for each in parser._actions if isinstance(each, argparse._SubParsersAction)), None)
    if commands is not None:
        for command in commands.choices.values():
            yield from _of_parser(command, f"{heading}#")
        return
    usage = parser.format_usage().replace("\n       ", "\n").removeprefix("usage: ")
    yield f"```text\n{usage.rstrip()}\n```\n"
    rows = [(_shown(each), _meaning(each, parser)) for each in parser._actions if each.dest != "help"]
    if rows:
        yield f"{table(('option', 'meaning'), rows)}\n"
    if parser.epilog:
        # The place of the package differs from machine to machine.
        told = parser.epilog.replace(f"{REPOSITORY}/", "").strip()
        yield f"```text\n{told}\n```\n" if raw else f"{plain(told)}\n"


def _shown(action: argparse.Action) -> str:
    """An option with what follows it, as it is typed."""
    if not action.option_strings:
        return code(action.metavar or action.dest)
    choices = f"{{{','.join(map(str, action.choices))}}}" if action.choices else ""
    value = action.metavar or choices or action.dest.upper()
    flag = ", ".join(action.option_strings)
    return code(flag if action.nargs == 0 else f"{flag} {value}")


def _meaning(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    told = plain((action.help or "") % {**vars(action), "prog": parser.prog})
    return f"{told} (required)" if action.required and action.option_strings else told


def _sentence(text: str) -> str:
    return f"{plain(text[:1].upper() + text[1:])}." if text else ""
