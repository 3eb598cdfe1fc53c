"""Every command on a page is run by a test or says why not, and the real parsers understand it."""

import ast
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell_blocks import NOT_RUN, shell_commands
from site_calls import CALLS
from snakemake.cli import get_argument_parser

from signspot.cli import command_parser

ROOT = Path(__file__).parents[2]
OUTSIDE = ("README.md", "SECURITY.md", "CHANGELOG.md", "config/README.md", "benchmarks/README.md")
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), *(ROOT / document for document in OUTSIDE)]


def found() -> Iterator[str]:
    for document in DOCUMENTS:
        yield from shell_commands(document.read_text(encoding="utf-8"))


COMMANDS = list(dict.fromkeys(found()))


def test_every_command_is_accounted_for() -> None:
    assert [command for command in COMMANDS if command not in CALLS] == [], "add them to tests/helpers/site_calls.py"


def test_no_entry_is_left_over() -> None:
    assert [command for command in CALLS if command not in COMMANDS] == []


@pytest.mark.parametrize("answer", sorted(set(CALLS.values())))
def test_the_named_tests_are_there(answer: str) -> None:
    if answer.startswith(NOT_RUN):
        assert len(answer) > len(NOT_RUN) and not answer.endswith(".")
        return
    path, name = answer.partition("::")[0], answer.rpartition("::")[2]
    names = {each.name for each in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(each, ast.FunctionDef)}
    assert name in names, answer


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("signspot ")])
def test_a_command_is_understood(command: str) -> None:
    name, *words = shlex.split(command)[1:]
    parser = command_parser(name)
    arguments, others = parser.parse_known_args(words)
    if parser.get_default("passes_on"):
        others = get_argument_parser().parse_args(others) and []
    assert arguments.runs and not others, others


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("snakemake ")])
def test_snakemake_understands_its_commands(command: str) -> None:
    assert get_argument_parser().parse_args(shlex.split(command)[1:])


def targets() -> set[str]:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").split("\n")
    return {line.partition(":")[0] for line in lines if line[:1].isalpha() and ":" in line and "=" not in line}


def test_make_has_the_targets() -> None:
    words = {word for command in COMMANDS if command.startswith("make ") for word in command.split()[1:]}
    assert {word for word in words if "=" not in word} <= targets()
