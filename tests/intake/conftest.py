"""A short video, and folders to fill."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from intake_folders import Came, init

from signspot.video.program import executable

Film = Callable[..., Path]


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Videos of 4 s by their frame rate."""
    folder = tmp_path_factory.mktemp("films")
    made = {fps: folder / f"{fps}.mp4" for fps in (25, 50)}
    for fps, path in made.items():
        source = f"testsrc=size=64x64:rate={fps}:duration=4"
        subprocess.run([executable(), "-v", "error", "-f", "lavfi", "-i", source, str(path)], check=True)
    return made


@pytest.fixture
def film(films: dict[int, Path]) -> Film:
    """``film(path, fps)``: a video of 4 s."""

    def copy(path: Path, fps: int = 25) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(films[fps], path)
        return path

    return copy


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def intake(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Came]:
    """``intake(*options)``: what ``signspot corpus init`` makes of the folder ``data``."""
    return lambda *options: init(capsys, data, *options)
