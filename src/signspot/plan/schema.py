"""The configuration: checked against its JSON schema, with errors that name the key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import FormatChecker

from signspot.corpus.names import EXPECTED, is_name
from signspot.errors import InputError
from signspot.foreign import explain_errors
from signspot.plan.yaml_files import read_yaml


def _check_name(value: Any) -> bool:
    if isinstance(value, str) and not is_name(value):
        raise ValueError(f"expected {EXPECTED}")
    return True


FORMATS = FormatChecker(formats=())
"""The format ``name`` of our schemas: a text that may be the name of a file."""
FORMATS.checks("name", raises=ValueError)(_check_name)


def check_config(config: Mapping[str, Any], schema: Path | str) -> None:
    """Compares a configuration with its JSON schema (a YAML file).

    Raises:
        InputError: lists every wrong key with its value and what was expected.
    """
    problems = explain_errors(config, read_yaml(schema), FORMATS)
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise InputError(f"the configuration is wrong:\n{lines}\nconfig/README.md explains every key.")
