"""The pages that are made of code: every option has a meaning, every command stands there, no place of this machine."""

from pathlib import Path

import pytest
from commands_page import commands_page
from configuration_page import configuration_page
from named_options import REGISTRIES

from signspot.cli import COMMANDS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def configuration() -> str:
    return configuration_page()


@pytest.fixture(scope="module")
def commands() -> str:
    return commands_page()


def test_every_key_and_option_has_values_and_a_meaning(configuration: str) -> None:
    rows = [line.split(" | ") for line in configuration.split("\n") if line.startswith("| `")]
    assert len(rows) > 200
    for name, values, _, meaning in rows:
        assert values and len(meaning.strip(" |")) > 3, name


def test_every_name_has_a_section(configuration: str) -> None:
    sections = {line.rpartition(" ")[2] for line in configuration.split("\n") if line.startswith("### ")}
    assert {f"`{name}`" for _, registry in REGISTRIES.values() for name in registry.names()} == sections


def test_a_block_of_options_shows_the_keys_in_it(configuration: str) -> None:
    (row,) = (line for line in configuration.split("\n") if line.startswith("| `window.length` "))
    assert row == "| `window.length` | `16`, `32`, `64` | `32` | Frames of a window; published: 32. |"


def test_what_a_docstring_leaves_to_another_is_told(configuration: str) -> None:
    section = configuration.partition("### Modality `hands`")[2].partition("###")[0]
    assert "| `grey_share` | number, 0 to 1 | `0.0` | Share of the clips without colour in training. |" in section


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_section(name: str, commands: str) -> None:
    assert f"\n## signspot {name}\n" in commands


def test_the_commands_tell_no_place_of_a_machine(commands: str) -> None:
    assert str(ROOT) not in commands
    assert "lie in config." in commands


def test_the_commands_of_a_command_and_its_options_are_told(commands: str) -> None:
    assert "\n### signspot corpus split\n" in commands
    assert "| `--folds K` | write K runs: each K-th of the videos is tested once |" in commands
    assert "| `--out FOLDER` | a new folder for what is found (required) |" in commands
