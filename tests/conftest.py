"""Reference material kept beside the repository, and what a machine can bear; tests without it skip and say so."""

import time
from pathlib import Path

import pytest
from workflow_calls import TINY, Snakemake, call_snakemake

SHARED = Path(__file__).resolve().parents[2] / "shared"
HEAVY = {
    "benchmarks",
    "experts",
    "flow",
    "model",
    "pose",
    "report",
    "signer",
    "slurm",
    "spotting",
    "test_features.py",
    "training",
    "video",
    "workflow",
}
"""Folders and files whose tests run networks, detectors, browsers or the workflow."""
USUAL_SECONDS = 0.02
"""To touch 64 MiB of fresh memory, on a laptop."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the heavy tests where fresh memory is over 20 times slower than usual: there they would take hours."""
    factor = min(_seconds_to_touch_memory() for _ in range(3)) / USUAL_SECONDS
    if factor > 20:
        skip = pytest.mark.skip(reason=f"memory of this machine is {factor:.0f} times slower than usual")
        for item in items:
            if HEAVY & set(item.path.relative_to(Path(__file__).parent).parts):
                item.add_marker(skip)


def _seconds_to_touch_memory() -> float:
    start = time.process_time()  # other processes do not count
    bytearray(64 << 20)[::4096] = bytes(1 << 14)
    return time.process_time() - start


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of reference material (golden numbers, real sign video)."""
    if not SHARED.is_dir():
        pytest.skip("the reference material ../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def golden() -> Path:
    """Numbers of the reference networks, decoders, losses and scorers; see ``golden_copies.py``."""
    return Path(__file__).with_name("golden")


@pytest.fixture(scope="session")
def snakemake() -> Snakemake:
    return call_snakemake


@pytest.fixture(scope="session")
def tiny_run(snakemake: Snakemake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of the tiny corpus."""
    folder = tmp_path_factory.mktemp("tiny")
    result = snakemake(folder, "--configfile", str(TINY))
    assert result.returncode == 0, result.stderr[-8000:]
    return folder
