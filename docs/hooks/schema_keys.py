"""The keys of the JSON schema of a configuration, with what each may be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_tables import code

PLACE = "<name>"
"""Stands in a path for the names that a configuration gives itself."""


@dataclass(frozen=True)
class Key:
    """A key of the configuration.

    Args:
        path: of all keys from the top level on, with dots between them.
        rule: of the schema, with all that a reference of it names.
        required: whether the block that may hold it must hold it.
    """

    path: str
    rule: Mapping[str, Any]
    required: bool


def schema_keys(schema: Mapping[str, Any]) -> Iterator[Key]:
    """Every key of a schema, each block before the keys in it."""
    yield from _inside("", schema, schema["$defs"])


def _inside(path: str, rule: Mapping[str, Any], named: Mapping[str, Any]) -> Iterator[Key]:
    found = [(name, inner, name in rule.get("required", ())) for name, inner in rule.get("properties", {}).items()]
    found += [(PLACE, rule["additionalProperties"], False)] if rule.get("additionalProperties") else []
    for name, inner, required in found:
        key = Key(f"{path}.{name}".lstrip("."), _whole(inner, named), required)
        yield key
        yield from _inside(key.path, key.rule, named)
        yield from _inside(f"{key.path}[]", _whole(key.rule.get("items", {}), named), named)


def _whole(rule: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """A rule and what it refers to; its own words come first."""
    reference = rule.get("$ref", "").rpartition("/")[2]
    return {**_whole(named[reference], named), **rule} if reference else dict(rule)


def values_of(rule: Mapping[str, Any]) -> str:
    """What a key may be, in words."""
    if "enum" in rule:
        return ", ".join(map(code, rule["enum"]))
    if "const" in rule:
        return code(rule["const"])
    if "anyOf" in rule:
        return " or ".join(map(values_of, rule["anyOf"]))
    match rule.get("type"):
        case "array":
            items = values_of(rule.get("items", {}))
            return "list of blocks" if items == "block" else f"list of {items}"
        case "integer" | "number" as kind:
            return f"{kind}{_bounds(rule)}"
        case "boolean":
            return "`true`, `false`"
        case "object":
            return "block"
    return "name" if rule.get("format") == "name" else "text"


def _bounds(rule: Mapping[str, Any]) -> str:
    least, most = rule.get("minimum"), rule.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    above, below = rule.get("exclusiveMinimum"), rule.get("exclusiveMaximum")
    parts = [f"{least} or more" if least is not None else "", f"above {above}" if above is not None else ""]
    parts += [f"{most} at most" if most is not None else "", f"below {below}" if below is not None else ""]
    return "".join(f", {part}" for part in parts if part)
