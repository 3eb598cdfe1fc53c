"""Version and commit of an installation."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from signspot import __version__
from signspot.packaged import origin as module
from signspot.packaged.git import git_state
from signspot.packaged.origin import origin

UNKNOWN = {"commit": None, "uncommitted_changes": None}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with one commit and a file of code."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/code.py").write_text("1\n")
    person = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for call in (("init", "-q"), ("add", "."), (*person, "commit", "-q", "-m", "First")):
        subprocess.run(["git", "-C", str(tmp_path), *call], check=True)
    return tmp_path


def test_changed_code_is_told_and_other_files_are_not(clone: Path) -> None:
    head = subprocess.run(["git", "-C", str(clone), "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    (clone / "my.yaml").write_text("seed: 2\n")
    assert git_state(clone) == {"commit": head, "uncommitted_changes": False}
    (clone / "src/more.py").write_text("2\n")
    assert git_state(clone) == {"commit": head, "uncommitted_changes": True}


def test_a_copy_inside_another_clone_has_no_commit(clone: Path) -> None:
    assert git_state(clone / "src") == UNKNOWN


def test_without_git_there_is_no_commit(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clone))
    assert git_state(clone) == UNKNOWN


def test_a_wheel_tells_the_commit_of_its_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = {"commit": "ffef4fd", "uncommitted_changes": False}
    (tmp_path / "commit.json").write_text(json.dumps(built))
    monkeypatch.setattr(module, "BUILT_FROM", tmp_path / "commit.json")
    assert origin() == {"signspot": __version__} | built


def test_without_a_clone_the_version_alone_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLONE", tmp_path)
    assert origin() == {"signspot": __version__} | UNKNOWN
