"""Clips of a lexicon: short videos of equal size, whose bytes differ by a number."""

import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from signspot.video.program import executable

Clip = Callable[..., Path]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A video of 2 s."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    source = "testsrc=size=32x32:rate=25:duration=2"
    subprocess.run([executable(), "-v", "error", "-f", "lavfi", "-i", source, str(path)], check=True)
    return path.read_bytes()


@pytest.fixture
def clip(tmp_path: Path, film: bytes) -> Clip:
    """``clip(name, number)``: a video in the folder of the test; videos of one number are equal, all others differ."""
    numbers = count(1000)

    def make(name: str, number: int | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        box = (12).to_bytes(4, "big") + b"free" + (next(numbers) if number is None else number).to_bytes(4, "big")
        path.write_bytes(film + box)
        return path

    return make
