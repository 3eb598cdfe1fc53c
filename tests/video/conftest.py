"""Small videos made by FFmpeg."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from signspot.video.program import executable

Make = Callable[..., Path]


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """``make(name, *options)``: a file written by FFmpeg."""
    folder = tmp_path_factory.mktemp("videos")

    def run(name: str, *options: str) -> Path:
        path = folder / name
        subprocess.run([executable(), "-v", "error", "-y", *options, f"file:{path}"], check=True)
        return path

    return run
