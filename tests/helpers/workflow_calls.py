"""The workflow, called as a user calls it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests/scenarios/tiny/config.yaml"
"""The smallest corpus on which every rule does real work."""
PACKAGE = {"PYTHONPATH": str(ROOT / "src")}


class Snakemake(Protocol):
    def __call__(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]: ...


def call_snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Calls snakemake on the Snakefile and package of this repository, in the folder where results go."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "2"]
    return subprocess.run(
        [*command, "--directory", str(folder), *arguments],
        cwd=folder,
        env=os.environ | PACKAGE,
        capture_output=True,
        text=True,
        timeout=1200,
    )
