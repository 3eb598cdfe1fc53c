"""Files of killed processes, and folders that take the place of others."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from workflow_calls import PACKAGE

from signspot import files
from signspot.arrays import new_arrays
from signspot.files import LONG_SILENT_S, exchange, finished, finished_folder, replaced_folder

STARTS = """
import os, signal, sys
from pathlib import Path
from signspot import files
from signspot.arrays import new_arrays
folder = Path(sys.argv[1])
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_WRITERS = {
    "a table": """
with files.finished(folder / "made") as part:
    part.write_text("half")
    die()
""",
    "a store": """
with new_arrays(folder / "made") as file:
    file["half"] = [1]
    die()
""",
    "a folder": """
with files.finished_folder(folder / "made") as part:
    (part / "deep").mkdir()
    (part / "deep/half").write_text("half")
    die()
""",
    "a folder that is replaced": """
with files.replaced_folder(folder / "made") as part:
    (part / "half").write_text("half")
    die()
""",
}


def killed(script: str, folder: Path) -> None:
    """Runs a script that kills itself."""
    command = [sys.executable, "-c", STARTS + script, str(folder)]
    result = subprocess.run(command, env=os.environ | PACKAGE, capture_output=True, text=True, timeout=120)
    assert result.returncode == -signal.SIGKILL, result.stderr


def write_file(folder: Path) -> None:
    with finished(folder / "made") as part:
        part.write_text("whole")


def write_store(folder: Path) -> None:
    with new_arrays(folder / "made") as file:
        file["whole"] = [1]


def write_folder(folder: Path) -> None:
    with finished_folder(folder / "made") as part:
        (part / "whole").write_text("whole")


def replace_folder(folder: Path) -> None:
    with replaced_folder(folder / "made") as part:
        (part / "whole").write_text("whole")


WRITERS = dict(zip(KILLED_WRITERS, (write_file, write_store, write_folder, replace_folder), strict=True))


@pytest.mark.parametrize("kind", KILLED_WRITERS)
def test_what_a_killed_process_left_goes_with_the_next_success(tmp_path: Path, kind: str) -> None:
    killed(KILLED_WRITERS[kind], tmp_path)
    assert len(list(tmp_path.iterdir())) == 1, "the half of it"
    with pytest.raises(ZeroDivisionError), finished(tmp_path / "made") as part:
        part.write_text("half")
        raise ZeroDivisionError
    assert len(list(tmp_path.iterdir())) == 1, "a failure removes its own half alone"
    WRITERS[kind](tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_what_a_living_process_writes_stays(tmp_path: Path) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        living = [tmp_path / f".part-{sleeper.pid}-made", tmp_path / ".part-1-made"]
        for path in living:
            path.write_text("half")
        write_file(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} == {"made", *(path.name for path in living)}
    finally:
        sleeper.kill()
        sleeper.wait()
    write_file(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"made", ".part-1-made"}, "1 lives always"


def test_a_process_of_another_machine_counts_as_dead_after_a_day_of_silence(tmp_path: Path) -> None:
    dead = gone()
    silent, writing, busy = (tmp_path / f".part-{dead}-{machine}-made" for machine in ("0" * 8, "1" * 8, "2" * 8))
    silent.write_text("half")
    writing.write_text("half")
    (busy / "deep").mkdir(parents=True)
    (busy / "deep/half").write_text("half")
    long_ago = time.time() - LONG_SILENT_S - 60
    os.utime(silent, (long_ago, long_ago))
    os.utime(busy, (long_ago, long_ago))
    write_file(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"made", writing.name, busy.name}


@pytest.mark.parametrize(
    "name", [".part-{}-made.h5", ".part-{}-other", ".part-{}x-made", "part-{}-made", ".part-{}-0-made", ".part-made"]
)
def test_files_of_other_names_stay(tmp_path: Path, name: str) -> None:
    other = tmp_path / name.format(gone())
    other.write_text("mine")
    write_file(tmp_path)
    assert other.read_text() == "mine"


def gone() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_folder_is_exchanged_without_a_gap(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for path in (one, other):
        path.mkdir()
        (path / path.name).touch()
    assert exchange(one, other)
    assert (one / "other").exists() and (other / "one").exists()
    with pytest.raises(FileNotFoundError):
        exchange(one, tmp_path / "nowhere")


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_replaced_folder_leaves_nothing_of_the_old_one(
    tmp_path: Path, can_exchange: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if not can_exchange:
        monkeypatch.setattr(files, "exchange", lambda one, other: False)
    old = tmp_path / "made"
    old.mkdir()
    (old / "old").touch()
    with pytest.raises(ZeroDivisionError), replaced_folder(old):
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.rglob("*")] == ["made", "old"]
    replace_folder(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["made", "whole"]
    assert ("cannot exchange folders" in caplog.text) is not can_exchange


STEPS = {
    "before the exchange": "files.exchange = die",
    "after the exchange": "files.shutil.rmtree = die",
    "before the old one is set aside": "files.exchange = lambda *_: False\nfiles.os.replace = die",
    "between old and new": """
files.exchange = lambda *_: False
replace, calls = os.replace, []
def second(*paths):
    calls.append(paths)
    die() if len(calls) == 2 else replace(*paths)
files.os.replace = second
""",
    "before the old one is removed": "files.exchange = lambda *_: False\nfiles.shutil.rmtree = die",
}


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_leaves_a_whole_folder(tmp_path: Path, step: str) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/whole").write_text("old")
    script = """
with files.replaced_folder(folder / "made") as part:
    (part / "whole").write_text("new")
"""
    killed(STEPS[step] + script, tmp_path)
    assert {path.read_text() for path in tmp_path.glob("*/whole")} | {"old", "new"} == {"old", "new"}
    assert list(tmp_path.glob("*/whole")), "one is whole"
    if step != "between old and new":
        assert (tmp_path / "made/whole").exists(), "under its own name, but where the disk cannot exchange"
    replace_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
