"""Reference material kept beside the repository; tests without it skip and say so."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from workflow_calls import TINY, Snakemake, call_snakemake

# A busy machine is no fault of the code.
settings.register_profile("signspot", deadline=None)
settings.load_profile("signspot")

# Every core has a worker of pytest already; more threads would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

SHARED = Path(__file__).resolve().parents[2] / "shared"


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
    """The folder of a finished run of the tiny corpus: made by one worker of pytest, with a copy for each."""
    own = tmp_path_factory.getbasetemp()
    of_all = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    made, making = of_all / "tiny_made", of_all / "tiny_making"
    with (of_all / "tiny.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            result = snakemake(making, "--configfile", str(TINY))
            assert result.returncode == 0, result.stderr[-8000:]
            making.rename(made)
    return shutil.copytree(made, own / "tiny")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here to show pages and videos in")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
