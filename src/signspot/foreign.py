"""Files that anybody may have made: measured before they are read, and compared with a JSON schema."""

import json
import math
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from signspot.errors import InputError, bare, shown

MOST_BYTES = 8 << 20
"""Of a file of JSON or of a table."""
MOST_DEPTH = 20
"""Of a value in a value."""
MOST_PROBLEMS = 100
"""That are told of an object."""

_Validator = extend(
    Draft202012Validator,
    # 16.0 counts as an integer in JSON Schema, but is no size of an array.
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int),
)


def check_file(path: Path, most: int = MOST_BYTES) -> None:
    """Checks that a file can be read to its end.

    Args:
        path: the file.
        most: bytes.

    Raises:
        InputError: it is a pipe, a device or a folder, or has more bytes.
        OSError: there is no such file, or it cannot be read.
    """
    size = path.stat().st_size
    if not path.is_file():
        raise InputError(f"{path}: is no ordinary file but a folder, a pipe or a device. Put the file itself there.")
    if size > most:
        raise InputError(f"{path}: has {size} bytes, expected {most} at most. Check that it is the right file.")


def read_json(path: Path) -> dict[str, Any]:
    """The object of a JSON file, in which all numbers are finite and every key is there once.

    Raises:
        InputError: as :func:`check_file`.
        OSError: likewise.
        ValueError: it is no such object.
    """
    value = _json_value(path, MOST_BYTES)
    if not isinstance(value, dict):
        raise ValueError("it holds no JSON object")
    return value


def read_json_objects(path: Path, most: int) -> list[dict[str, Any]]:
    """The objects that the list of a JSON file holds, read as strictly as by :func:`read_json`.

    Args:
        path: the file.
        most: bytes.

    Raises:
        InputError: as :func:`check_file`.
        OSError: likewise.
        ValueError: it is no such list.
    """
    value = _json_value(path, most)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError("it holds no JSON list of objects")
    return value


def _json_value(path: Path, most: int) -> Any:
    check_file(path, most)
    hooks = {"object_pairs_hook": _object, "parse_int": _whole, "parse_float": _finite, "parse_constant": _finite}
    try:
        value = json.loads(path.read_text(encoding="utf-8"), **hooks)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    _check_depth(value)
    return value


def explain_errors(
    value: Mapping[str, Any], rules: Mapping[str, Any], formats: FormatChecker | None = None
) -> list[str]:
    """What a JSON schema finds wrong in an object: each key with its value and what was expected, in their order.

    Args:
        value: the object.
        rules: the schema.
        formats: checks of its formats, which raise errors that say what was expected.
    """
    found = islice(_Validator(rules, format_checker=formats).iter_errors(dict(value)), MOST_PROBLEMS)
    return [_explain(error) for error in sorted(found, key=lambda error: list(map(str, error.absolute_path)))]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, inner in pairs:
        if key in value:
            raise ValueError(f"the key {shown(key)} is there twice")
        value[key] = inner
    return value


def _whole(text: str) -> int:
    if len(text) > 18:
        raise ValueError(f"the number {shown(text)} is too large")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {shown(text)} is not finite")
    return value


def _check_depth(value: Any) -> None:
    """Checks the depth, and that all texts can be written again; a lone half of a pair of surrogates cannot."""
    layer: list[Any] = [value]
    for _ in range(MOST_DEPTH):
        texts = [text for each in layer for text in _texts(each)]
        "".join(texts).encode()
        layer = [inner for each in layer for inner in _inside(each)]
    if layer:
        raise ValueError("it is nested too deep")


def _texts(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value if isinstance(value, dict) else ()


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _explain(error: ValidationError) -> str:
    key = bare(".".join(map(str, error.absolute_path))) or "(top level)"
    message = bare(error.message.replace(repr(error.instance), shown(error.instance)))
    match error.validator:
        case "additionalProperties":
            known = sorted(error.schema.get("properties", {}))
            return f"{key}: {message}; known keys: {', '.join(known)}"
        case "type":
            return f"{key}: expected {error.validator_value}, got {shown(error.instance)}"
        case "enum":
            return f"{key}: expected one of {', '.join(map(str, error.validator_value))}, got {shown(error.instance)}"
        case "format":
            return f"{key}: {shown(error.instance)} cannot be a {error.validator_value}, {error.cause}"
        case "not":
            return f"{key}: {error.schema.get('description', message)}"
        case _:
            return f"{key}: {message}"
