"""Configuration files: read strictly, and with paths that begin with ./ or ../ as seen from the file itself."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from signspot.errors import InputError
from signspot.plan.settings import overridden
from signspot.plan.yaml_files import read_yaml

BESIDE = ("./", "../")
"""How a path begins that is seen from the folder of its configuration; others are seen from the working directory."""


def read_config(path: Path | str) -> dict[str, Any]:
    """The content of a configuration, with its own paths; its values are not checked.

    Raises:
        InputError: the file is missing or no YAML mapping, as :func:`signspot.plan.yaml_files.read_yaml`.
    """
    return _seen_from(Path(path).parent, _content(path))


def with_own_paths(config: Mapping[str, Any], files: Sequence[Path | str]) -> dict[str, Any]:
    """The configuration that Snakemake has made of files, each of whose paths is seen from its own file.

    Args:
        config: the values of the files, of which the last one that has a key counts, and those of ``--config``.
        files: the configuration files, in order.

    Raises:
        InputError: a file is missing or wrong, as :func:`read_config`.
    """
    raw, own = {}, {}
    for path in files:
        content = _content(path)
        raw = overridden(raw, content)
        own = overridden(own, _seen_from(Path(path).parent, content))
    return _own(config, raw, own)


def _content(path: Path | str) -> dict[str, Any]:
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("corpus", {}), dict):
        raise InputError(f"{path}: is no configuration, expected keys such as corpus.")
    if "__use_yte__" in content:
        raise InputError(f"{path}: __use_yte__ makes the file a program, which Snakemake runs. Take it out.")
    return content


def _seen_from(folder: Path, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _seen_from(folder, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_seen_from(folder, each) for each in value]
    return os.path.abspath(folder / value) if isinstance(value, str) and value.startswith(BESIDE) else value


def _own(value: Any, raw: Any, own: Any) -> Any:
    """A value with the paths of its files; what differs from the files was set by ``--config``, and stays."""
    if isinstance(value, Mapping) and isinstance(raw, Mapping):
        return {key: _own(each, raw.get(key), own.get(key)) for key, each in value.items()}
    return own if value == raw else value
