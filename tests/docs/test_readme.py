"""The README: short, and every link leads to a file."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MOST_LINES = 100


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= MOST_LINES


def test_its_links_lead_to_files() -> None:
    links = re.findall(r"\]\(([^)#\s]+)", README)
    assert links
    assert [link for link in links if ":" not in link and not (ROOT / link).exists()] == []
