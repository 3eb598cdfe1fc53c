"""A made-up run, its model, and short videos with and without a person."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_recognisers import write_recognising_run
from made_up_run import write_run
from workflow_calls import PACKAGE

from signspot.model.export import export_model
from signspot.signer import SyntheticCorpus
from signspot.signer.film import render_video
from signspot.video.program import executable

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "results/mine")


@pytest.fixture
def model(run: Path, tmp_path: Path) -> Path:
    export_model(run, tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def ensemble(run: Path, tmp_path: Path) -> Path:
    """The model of an ensemble of spotters of two runs, whose experts have windows of their own."""
    export_model(run, tmp_path / "ensemble", "both")
    return tmp_path / "ensemble"


@pytest.fixture
def recognising_run(tmp_path: Path) -> Path:
    return write_recognising_run(tmp_path / "results/signs")


@pytest.fixture
def recogniser(recognising_run: Path, tmp_path: Path) -> Path:
    """The model of a sum of two recognisers."""
    export_model(recognising_run, tmp_path / "recogniser")
    return tmp_path / "recogniser"


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two videos of a person, two seconds each."""
    folder = tmp_path_factory.mktemp("films")
    corpus = SyntheticCorpus(signs=2, distractors=0, pairs=0, seconds=2, height=270, splits={"test": 2}, fps=25, seed=1)
    for number, name in enumerate(("first film", "second")):
        render_video(corpus, f"test_s{number:02d}", folder / f"{name}.mp4")
    return folder


@pytest.fixture(scope="session")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video without a person."""
    path = tmp_path_factory.mktemp("nobody") / "nobody.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=duration=1:rate=25:size=160x120"]
    subprocess.run([executable(), "-v", "error", *source, str(path)], check=True)
    return path


@pytest.fixture(scope="session")
def signspot() -> Call:
    """Calls the command line in a process of its own."""

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        code = "import sys; from signspot.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.run(command, env=os.environ | PACKAGE, capture_output=True, text=True, timeout=600)

    return call
