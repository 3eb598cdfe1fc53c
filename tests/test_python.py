"""What ``import signspot`` offers: few names, each of which is imported when it is used."""

import ast
import subprocess
import sys
from inspect import getdoc, isclass
from pathlib import Path

import pytest

import signspot

HEAVY = {"numpy", "pandas", "torch", "h5py", "mediapipe"}


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    code = f"import sys, signspot; dir(signspot); signspot.InputError; sys.exit(bool({HEAVY} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", signspot.__all__)
def test_every_name_is_there_and_documented(name: str) -> None:
    thing = getattr(signspot, name)
    assert thing.__name__ == name and getdoc(thing)
    assert isclass(thing) or thing.__annotations__["return"] is not None or name.startswith("write")
    assert name in dir(signspot)


def test_tools_that_read_types_find_the_same_names() -> None:
    tree = ast.parse(Path(signspot.__file__).read_text(encoding="utf-8"))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    declared = {
        alias.name: part.module.removeprefix("signspot.")
        for part in checked.body
        if isinstance(part, ast.ImportFrom)
        for alias in part.names
    }
    assert declared == signspot._MODULES and sorted(declared) == sorted(signspot.__all__)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'signspot' has no attribute 'spoot'"):
        _ = signspot.spoot
