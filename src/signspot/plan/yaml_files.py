"""YAML from anybody: what readers of YAML silently accept, equal keys, numbers that are none and bombs, is refused."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from signspot.errors import InputError
from signspot.rows import read_text

MOST_BYTES = 4 * 2**20
MOST_VALUES = 200_000
"""Values of a file after every alias has been replaced by what it stands for."""
DEEPEST = 50
MISREAD = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError)
"""What PyYAML raises at a value that does not fit its tag, as !!int at a text."""
MERGE, FLOAT = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:float"


def read_yaml(path: Path | str) -> Any:
    """The content of a YAML or JSON file, as Snakemake reads it, built of containers, texts, numbers and dates alone.

    Raises:
        InputError: the file is missing, is no YAML, or is too large. Or a mapping has a key twice, a number is not
            finite, or aliases stand for too much. The message names the key, and the line of a YAML file.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: is no file, expected YAML. Check the path.")
    if path.exists() and path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path}: has {path.stat().st_size} bytes, expected at most {MOST_BYTES}. Check the path.")
    text = read_text(path)
    try:
        return _from_json(text, path)
    except (ValueError, RecursionError):
        pass
    try:
        return _from_yaml(text, path)
    except (yaml.YAMLError, *MISREAD) as error:
        raise InputError(f"{path}: is no YAML ({error}). Correct it.") from error
    except RecursionError as error:
        raise InputError(f"{path}: is nested too deeply, expected at most {DEEPEST} levels.") from error


def _from_json(text: str, path: Path) -> Any:
    """The content of a JSON file; a ``ValueError`` if it is none."""

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        key, times = max(Counter(key for key, _ in pairs).items(), key=lambda item: item[1], default=("", 1))
        if times > 1:
            raise InputError(f"{path}: the key {key!r} is there twice. Remove one.")
        return dict(pairs)

    content = json.loads(text, object_pairs_hook=mapping)
    for key, value in _values(content, ()):
        if len(key) > DEEPEST:
            raise InputError(f"{path}: {'.'.join(key[:3])} is nested too deeply, expected at most {DEEPEST} levels.")
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{path}: {'.'.join(key)} is {value}, expected a finite number.")
    return content


def _values(value: Any, key: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A value of a JSON file and all that it holds, each with its key."""
    yield key, value
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _values(each, (*key, str(name)))


def _from_yaml(text: str, path: Path) -> Any:
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None
        _Checked(path, loader).values(root, ())
        return loader.construct_document(root)
    finally:
        loader.dispose()


class _Checked:
    """The nodes of a document, each looked at once, before anything is built of them."""

    def __init__(self, path: Path, loader: yaml.SafeLoader) -> None:
        self.path, self.loader = path, loader
        self.counts: dict[int, int] = {}

    def values(self, node: yaml.Node, key: tuple[str, ...]) -> int:
        """How many values a node stands for when its aliases are replaced."""
        if id(node) in self.counts:
            if not self.counts[id(node)]:
                raise self.fault(node, key, "contains itself. Write out what it stands for")
            return self.counts[id(node)]
        if len(key) > DEEPEST:
            raise self.fault(node, key[:3], f"is nested too deeply, expected at most {DEEPEST} levels")
        self.counts[id(node)] = 0  # until all that it holds is counted
        count = 1 + sum(self.values(child, (*key, name)) for name, child in self.children(node, key))
        if count > MOST_VALUES:
            raise self.fault(node, key, f"holds more than {MOST_VALUES} values by its aliases. Write fewer")
        self.counts[id(node)] = count
        return count

    def children(self, node: yaml.Node, key: tuple[str, ...]) -> list[tuple[str, yaml.Node]]:
        """What a node holds, each with its key or number; a number that is not finite is refused."""
        if isinstance(node, yaml.MappingNode):
            return self.pairs(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [(str(number), child) for number, child in enumerate(node.value)]
        if node.tag == FLOAT and not math.isfinite(self.loader.construct_yaml_float(node)):
            raise self.fault(node, key, f"is {node.value}, expected a finite number")
        return []

    def pairs(self, node: yaml.MappingNode, key: tuple[str, ...]) -> list[tuple[str, yaml.Node]]:
        """The values of a mapping with their keys, of which each is there once."""
        seen: dict[Any, yaml.Node] = {}
        for name, _ in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise self.fault(name, key, "has a key that is no text. Correct it")
            same = name.value if name.tag == MERGE else self.loader.construct_object(name)
            if same in seen:
                first = seen[same].start_mark.line + 1
                raise self.fault(name, (*key, name.value), f"is there twice, in line {first} too. Remove one")
            seen[same] = name
        return [(name.value, child) for name, child in node.value]

    def fault(self, node: yaml.Node, key: tuple[str, ...], what: str) -> InputError:
        place = f"{self.path}, line {node.start_mark.line + 1}"
        return InputError(f"{place}: {'.'.join(key) or 'the document'} {what}.")
