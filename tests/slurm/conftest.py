"""A Slurm for the tests of this folder, which skip where Debian's packages are not installed."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from slurm_cluster import PACKAGES, Cluster, cluster, missing_programs
from workflow_calls import ROOT


@pytest.fixture(scope="session")
def slurm() -> Iterator[Cluster]:
    if missing := missing_programs():
        pytest.skip(f"Slurm is not installed ({', '.join(missing)} not found): apt-get install {PACKAGES}")
    # Not pytest's own folder: the name of a socket may have 108 characters.
    home = Path(tempfile.mkdtemp(prefix="slurm"))
    with cluster(home) as running:
        yield running
    shutil.rmtree(home)


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    """A folder in which ``--profile slurm`` is found as it is in a clone of this repository."""
    for name in ("profiles", "slurm"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path
