"""Finished runs, and calls of the commands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from scored_runs import Signs, write_scored_run

from signspot.cli import main


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """``make_run(name, spotted, …)``: the folder of a finished run of the corpus ``mine``, or of another ``corpus``."""

    def make(name: str, spotted: Signs, corpus: str = "mine", **more: object) -> Path:
        return write_scored_run(tmp_path / "results" / corpus, name, spotted, **more)

    return make


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """``call(command, …)``: its exit status, what it printed, and its messages."""

    def called(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return called
