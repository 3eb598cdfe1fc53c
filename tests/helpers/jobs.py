"""What a script of the workflow gets from Snakemake, as far as a job looks at it."""

from pathlib import Path
from types import SimpleNamespace


def job_of(folder: Path) -> SimpleNamespace:
    """A job that logs to ``stage.log`` in a folder."""
    return SimpleNamespace(log=[str(folder / "stage.log")], threads=1, config={}, input=[], output=[])
