"""The fidelity page names tests that are there, and one at least for every step and every artefact."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/fidelity.md").read_text(encoding="utf-8").split("## What a full run costs")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith("|---")
]
STEPS = [row for row in ROWS if row[-1] != "shown by"]


def test_the_page_has_all_tables() -> None:
    assert [row[0] for row in ROWS if row[-1] == "shown by"] == [
        "step",
        "step of HS-I3D",
        "step of MS-G3D",
        "step of the baseline",
        "step of the search",
        "artefact",
        "network",
    ]
    assert all(all(cell for cell in row) for row in STEPS)


@pytest.mark.parametrize("row", STEPS, ids=lambda row: row[0])
def test_every_row_is_shown_by_a_test_that_is_there(row: list[str]) -> None:
    named = re.findall(r"`(?:tests|benchmarks)[^`]*`", row[-1])
    assert any(path.startswith("`tests") for path in named)
    assert all((ROOT / path.strip("`")).exists() for path in named)
