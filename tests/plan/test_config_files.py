"""Configuration files and the paths in them."""

import os
from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.plan.config_files import read_config, with_own_paths


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_that_begin_with_a_dot_are_seen_from_the_file(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a b/config.yaml",
        "results: ./out\nruns: {a: {test: [./x, ../y, z/w, /v, .hidden, '.', ..a]}}\nseed: 1\n",
    )
    here = str(tmp_path / "a b")
    assert read_config(path) == {
        "results": f"{here}/out",
        "runs": {"a": {"test": [f"{here}/x", f"{tmp_path}/y", "z/w", "/v", ".hidden", ".", "..a"]}},
        "seed": 1,
    }


def test_each_file_has_paths_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of files that Snakemake merges, in folders of their own; what ``--config`` sets stays."""
    one = written(tmp_path / "one/config.yaml", "a: {x: ./x, y: ./y, z: ./z}\nb: {c: [./c]}\n")
    two = written(tmp_path / "two/more.yaml", "a: {y: ./y}\nd: ./d\n")
    merged = {"a": {"x": "./x", "y": "./y", "z": "./other"}, "b": {"c": ["./c"]}, "d": "./d", "seed": 3}
    monkeypatch.chdir(tmp_path)
    files = [one, Path(os.path.relpath(two))]
    assert with_own_paths(merged, files) == {
        "a": {"x": f"{tmp_path}/one/x", "y": f"{tmp_path}/two/y", "z": "./other"},
        "b": {"c": [f"{tmp_path}/one/c"]},
        "d": f"{tmp_path}/two/d",
        "seed": 3,
    }
    assert with_own_paths({"a": 1}, []) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no configuration"),
        ("- a\n", "is no configuration"),
        ("corpus: tiny\n", "is no configuration"),
        ("__use_yte__: true\na: ?__import__('os').getcwd()\n", "__use_yte__ makes the file a program"),
        ("seed: 1\nseed: 2\n", "seed is there twice"),
    ],
)
def test_what_is_no_configuration(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path / "config.yaml", text)
    for read in (read_config, lambda path: with_own_paths({}, [path])):
        with pytest.raises(InputError, match=message):
            read(path)
