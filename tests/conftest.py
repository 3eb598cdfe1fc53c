"""Reference material kept beside the repository; tests without it skip and say so."""

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
    """The folder of a finished run of the tiny corpus."""
    folder = tmp_path_factory.mktemp("tiny")
    result = snakemake(folder, "--configfile", str(TINY))
    assert result.returncode == 0, result.stderr[-8000:]
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here to show pages and videos in")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
