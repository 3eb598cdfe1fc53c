"""YAML and JSON from anybody."""

from pathlib import Path

import pytest
import yaml
from plans import ROOT

from signspot.errors import InputError
from signspot.plan.yaml_files import read_yaml


def read(folder: Path, text: str, name: str = "a.yaml") -> object:
    (folder / name).write_text(text, encoding="utf-8")
    return read_yaml(folder / name)


def problem(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as error:
        read(folder, text)
    return str(error.value)


@pytest.mark.parametrize("path", sorted([*ROOT.glob("config/*.yaml"), *ROOT.glob("workflow/schemas/*.yaml")]), ids=str)
def test_the_files_of_the_project_are_read_as_everywhere(path: Path) -> None:
    assert read_yaml(path) == yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("seed: 3\nseed: 4\n", "a.yaml, line 2: seed is there twice, in line 1 too"),
        ("a:\n  b: {c: 1, d: 2, c: 1}\n", "line 2: a.b.c is there twice"),
        ("a:\n  - {b: 1}\n  - {b: 1, b: 2}\n", "line 3: a.1.b is there twice"),
        ("1: a\n0x1: b\n", "line 2: 0x1 is there twice"),
        ("yes: a\ntrue: b\n", "line 2: true is there twice"),
        ('a: 1\n"a": 2\n', "line 2: a is there twice"),
        ("x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x\n", "line 4: y.<< is there twice"),
        ('{"a": {"b": 1, "b": 2}}', "the key 'b' is there twice"),
    ],
)
def test_equal_keys_are_refused(tmp_path: Path, text: str, named: str) -> None:
    assert named in problem(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a:\n  rate: .nan\n", "line 2: a.rate is .nan"),
        ("rate: -.INF\n", "rate is -.INF"),
        ("rates: [1.0, .inf]\n", "rates.1 is .inf"),
        ("rate: 1.0e+999\n", "rate is 1.0e+999"),
        ("rate: !!float nan\n", "rate is nan"),
        ('{"a": [1, {"rate": NaN}]}', "a.1.rate is nan"),
        ('{"rate": -1e999}', "rate is -inf"),
    ],
)
def test_numbers_that_are_none_are_refused(tmp_path: Path, text: str, key: str) -> None:
    found = problem(tmp_path, text)
    assert key in found and "expected a finite number" in found


DEEP = ["[" * 3000, "[" * 100 + "]" * 100, "a: " + "{a: " * 99 + "}" * 99, '{"a":' * 99 + "1" + "}" * 99]


def bomb(item: str) -> str:
    levels = [f"a{i}: &a{i} {item.replace('*', f'*a{i - 1}')}" for i in range(1, 60)]
    return "\n".join(["a0: &a0 {x: 1}", *levels])


@pytest.mark.parametrize("item", ["[*, *]", "{x: *, y: *}", "{<<: [*, *]}", "[*, [*, *]]"])
def test_bombs_are_refused_before_they_grow(tmp_path: Path, item: str) -> None:
    assert "values by its aliases" in problem(tmp_path, bomb(item))


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "a: &a {b: {c: *a}}\n", "&a [1, *a]\n"])
def test_what_contains_itself_is_refused(tmp_path: Path, text: str) -> None:
    assert "contains itself" in problem(tmp_path, text)


@pytest.mark.parametrize("text", DEEP)
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    assert "nested too deeply" in problem(tmp_path, text)


UNREADABLE = [
    *("a: [1", "a: b: c", "\ta: 1", "a: *b", "a: 1\n---\nb: 1", "a: \x01", "? [a]\n: 1", "? !!seq a\n: 1"),
    *("a: !!int x", "a: !!timestamp x", "a: !!bool x", "a: 2024-99-99", f"a: {'9' * 5000}"),
    *("a: !!python/name:os.system", "!!python/object/apply:os.system [true]"),
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_an_error_of_the_file(tmp_path: Path, text: str) -> None:
    assert str(tmp_path / "a.yaml") in problem(tmp_path, text)


def test_files_that_are_none_or_too_large(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no file"):
        read_yaml(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        read_yaml(tmp_path / "a.yaml")
    assert "expected at most" in problem(tmp_path, "#" * 5 * 2**20)


def test_anchors_and_merges_are_no_fault(tmp_path: Path) -> None:
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}\nc: [*a, *a]\n"
    assert read(tmp_path, text) == yaml.safe_load(text)
    assert read(tmp_path, '{\n\t"a": [1.5, true, null]\n}') == {"a": [1.5, True, None]}
    assert read(tmp_path, "") is None
