"""The configuration: checked against its JSON schema, with errors that name the key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from signspot.errors import InputError


def check_config(config: Mapping[str, Any], schema: Path | str) -> None:
    """Compares a configuration with its JSON schema (a YAML file).

    Raises:
        InputError: lists every wrong key with its value and what was expected.
    """
    rules = yaml.safe_load(Path(schema).read_text(encoding="utf-8"))
    found = Draft202012Validator(rules).iter_errors(dict(config))
    errors = sorted(found, key=lambda error: list(map(str, error.absolute_path)))
    if errors:
        lines = "\n".join(f"  {_explain(error)}" for error in errors)
        raise InputError(f"the configuration is wrong:\n{lines}\nconfig/README.md explains every key.")


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
        case "not":
            return f"{key}: {error.schema['description']}"
        case _:
            return f"{key}: {error.message}"
