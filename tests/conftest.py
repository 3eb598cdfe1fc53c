"""Reference material kept beside the repository; tests that need it skip with the reason when it is absent."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of reference material (golden numbers, real sign video)."""
    if not SHARED.is_dir():
        pytest.skip("the reference material ../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def golden(shared: Path) -> Path:
    """Numbers of the reference networks, decoders, losses and scorers."""
    return shared / "golden"
