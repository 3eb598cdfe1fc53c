"""The wheel is enough: unpacked and called from an empty folder, without this repository."""

import json
import os
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest
from workflow_calls import ROOT, TINY

CARRIED = "signspot/packaged/repository"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an unpacked wheel, built without a network and, as build tools do, from the source distribution."""
    if find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the wheel, is not installed here")
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(built("sdist", ROOT, folder)) as packed:
        packed.extractall(folder, filter="data")
    [source] = (path for path in folder.iterdir() if path.is_dir())
    with ZipFile(built("wheel", source, folder)) as packed:
        packed.extractall(folder / "unpacked")
    return folder / "unpacked"


def built(target: str, source: Path, folder: Path) -> Path:
    """The wheel or source distribution of a folder, built in another."""
    before = set(folder.iterdir())
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    call = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert call.returncode == 0, call.stdout + call.stderr
    [path] = set(folder.iterdir()) - before
    return path


def signspot(wheel: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Calls ``signspot`` of the wheel in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "signspot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
    )


def test_it_carries_the_workflow_and_only_that(wheel: Path) -> None:
    carried = {str(path.relative_to(wheel / CARRIED)) for path in (wheel / CARRIED).rglob("*") if path.is_file()}
    folders = [ROOT / name for name in ("workflow", "config", "profiles")]
    ours = {path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert carried == {"Snakefile", "envs/signspot.yaml", *(str(path.relative_to(ROOT)) for path in ours)}


def test_without_a_configuration_it_runs_the_embedded_corpus(wheel: Path, tmp_path: Path) -> None:
    called = signspot(wheel, tmp_path, "run", "-n")
    assert called.returncode == 0, called.stdout + called.stderr
    assert "results/embedded/runs/demo/report/index.html" in called.stdout
    assert f"{wheel}/{CARRIED}/profiles/default" in called.stderr, "the defaults of a clone hold here too"
    carried = [ROOT / name for name in ("Snakefile", "workflow", "config", "profiles", "src")]
    assert not [path for path in carried if str(path) in called.stdout + called.stderr], "the clone is not needed"


def test_the_profile_of_a_cluster_is_found(wheel: Path, tmp_path: Path) -> None:
    called = signspot(wheel, tmp_path, "run", "-n", "--profile", "slurm", "--configfile", str(TINY))
    assert called.returncode == 0, called.stdout + called.stderr
    assert "results/tiny/runs/demo/report/index.html" in called.stdout
    assert f"{wheel}/{CARRIED}/profiles/slurm" in called.stderr


def test_the_exit_status_is_snakemakes(wheel: Path, tmp_path: Path) -> None:
    called = signspot(wheel, tmp_path, "run", "-n", "--", "gone.tsv")
    assert called.returncode == 1
    assert "gone.tsv" in called.stdout + called.stderr


def test_a_job_tells_the_commit_of_the_wheel(wheel: Path, tmp_path: Path) -> None:
    target = "results/tiny/runs/demo/provenance.json"
    called = signspot(wheel, tmp_path, "run", "--configfile", str(TINY), "--", target)
    assert called.returncode == 0, called.stdout + called.stderr
    told = json.loads((tmp_path / target).read_text())
    built = wheel / "signspot/packaged/commit.json"
    assert {"signspot", "ffmpeg", "commit", "uncommitted_changes"} <= told.keys()
    assert told["commit"] == (json.loads(built.read_text())["commit"] if built.exists() else None)
