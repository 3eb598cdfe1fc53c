"""The configuration: checked against its JSON schema, with errors that name the key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from signspot.corpus.names import EXPECTED, is_name
from signspot.errors import InputError
from signspot.plan.yaml_files import read_yaml

FORMATS = FormatChecker(formats=())
"""The format ``name`` of our schemas: a text that may be the name of a file."""
FORMATS.checks("name")(lambda value: not isinstance(value, str) or is_name(value))


def check_config(config: Mapping[str, Any], schema: Path | str) -> None:
    """Compares a configuration with its JSON schema (a YAML file).

    Raises:
        InputError: lists every wrong key with its value and what was expected.
    """
    problems = explain_errors(config, read_yaml(schema))
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise InputError(f"the configuration is wrong:\n{lines}\nconfig/README.md explains every key.")


def explain_errors(value: Mapping[str, Any], rules: Mapping[str, Any]) -> list[str]:
    """What a JSON schema finds wrong in an object: each key with its value and what was expected, in their order."""
    found = Draft202012Validator(rules, format_checker=FORMATS).iter_errors(dict(value))
    return [_explain(error) for error in sorted(found, key=lambda error: list(map(str, error.absolute_path)))]


def _explain(error: ValidationError) -> str:
    key = ".".join(map(str, error.absolute_path)) or "(top level)"
    match error.validator:
        case "additionalProperties":
            known = sorted(error.schema.get("properties", {}))
            return f"{key}: {error.message}; known keys: {', '.join(known)}"
        case "type":
            return f"{key}: expected {error.validator_value}, got {error.instance!r}"
        case "enum":
            return f"{key}: expected one of {', '.join(map(str, error.validator_value))}, got {error.instance!r}"
        case "format":
            return f"{key}: {error.instance!r} cannot be a name, expected {EXPECTED}"
        case "not":
            return f"{key}: {error.schema.get('description', error.message)}"
        case _:
            return f"{key}: {error.message}"
