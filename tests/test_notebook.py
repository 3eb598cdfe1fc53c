"""The notebook of docs: it runs as it stands, and what it shows is small and tells nothing of the machine."""

import os
import re
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOK = Path(__file__).parents[1] / "docs/notebook.ipynb"
MOST_BYTES = 100_000


def outputs(notebook: nbformat.NotebookNode) -> list[tuple[str, list[str]]]:
    """The source of each cell of code, and the kinds of its outputs."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [(cell.source, [output.output_type for output in cell.outputs]) for cell in cells]


def test_it_runs_and_shows_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient")
    # The commands of this environment, also where it is not activated.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    kept = nbformat.read(NOTEBOOK, as_version=4)
    fresh = nbclient.NotebookClient(nbformat.read(NOTEBOOK, as_version=4), timeout=600).execute()
    assert outputs(fresh) == outputs(kept)
    assert [cell.get("execution_count") for cell in fresh.cells] == [cell.get("execution_count") for cell in kept.cells]


def test_its_outputs_are_small_and_name_no_place_of_a_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert len(text) < MOST_BYTES
    assert not re.search(r"/(home|root|tmp|work|Users)/|site-packages", text)
