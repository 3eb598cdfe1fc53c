"""Files that anybody may have made: what is no ordinary file, or no plain JSON, is told before it is read."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.foreign import MOST_BYTES, check_file, explain_errors, read_json, read_json_objects


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (os.mkfifo, "is no ordinary file"),
        (Path.mkdir, "is no ordinary file"),
        (lambda path: path.symlink_to("/dev/zero"), "is no ordinary file"),
        (lambda path: (path.touch(), os.truncate(path, MOST_BYTES + 1)), "expected 8388608 at most"),
    ],
)
def test_what_cannot_be_read_to_its_end_is_told(tmp_path: Path, make: Callable[[Path], object], message: str) -> None:
    make(tmp_path / "file")
    with pytest.raises(InputError, match=message):
        check_file(tmp_path / "file")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": NaN}', "'NaN' is not finite"),
        ('{"a": -Infinity}', "'-Infinity' is not finite"),
        ('{"a": 1e999}', "'1e999' is not finite"),
        ('{"a": ' + "9" * 5000 + "}", "is too large"),
        ('{"a": 1, "a": 2}', "the key 'a' is there twice"),
        ('{"a": {"b": 1, "b": 1}}', "the key 'b' is there twice"),
        ('{"a":' * 21 + "1" + "}" * 21, "nested too deep"),
        ("[" * 200_000, "nested too deep"),
        ('{"a": "\\ud800"}', "surrogates not allowed"),
        ('{"\\udfff": 1}', "surrogates not allowed"),
        ("[]", "holds no JSON object"),
        ("", "Expecting value"),
        ("{'a': 1}", "Expecting property name"),
    ],
)
def test_what_is_no_plain_object_is_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "file").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_json(tmp_path / "file")


def test_a_plain_object_is_read(tmp_path: Path) -> None:
    value = {"a": [1, -2.5, None, True, "é\U0001f600"], "b": {"c": {"d": [[[]]]}}}
    (tmp_path / "file").write_text(json.dumps(value), encoding="utf-8")
    assert read_json(tmp_path / "file") == value


def test_a_list_of_objects_is_read_as_strictly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text('[{"a": 1}, {}]')
    assert read_json_objects(tmp_path / "file", 100) == [{"a": 1}, {}]
    for text, message in (("{}", "no JSON list"), ("[1]", "no JSON list"), ('[{"a": 1, "a": 1}]', "is there twice")):
        (tmp_path / "file").write_text(text)
        with pytest.raises(ValueError, match=message):
            read_json_objects(tmp_path / "file", 100)
    with pytest.raises(InputError, match="expected 3 at most"):
        read_json_objects(tmp_path / "file", 3)


def test_problems_are_short_and_not_too_many() -> None:
    rules = {"properties": {"a": {"items": {"type": "integer"}}}}
    problems = explain_errors({"a": ["x" * 10**6, "\x1b[2J", 16.0, True, *["y"] * 10**5]}, rules)
    assert len(problems) == 100
    assert all(len(problem) < 400 and problem.isprintable() for problem in problems)
