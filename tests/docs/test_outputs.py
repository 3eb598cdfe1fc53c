"""docs/outputs.md names every stage of the workflow, and every name up to which a call can go."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/outputs.md").read_text(encoding="utf-8")
RULE = re.compile(r"^rule (\w+):", re.MULTILINE)


def tables(heading: str) -> list[str]:
    """The names in the first column of all tables whose first column has this heading."""
    found, wanted = [], False
    for line in PAGE.splitlines():
        if not line.startswith("|"):
            wanted = False
        elif line.startswith(f"| {heading} |"):
            wanted = True
        elif wanted:
            found += re.findall("`([^`]+)`", line.split("|")[1])
    return found


def test_every_stage_is_there_once() -> None:
    rules = [rule for file in (ROOT / "workflow/rules").glob("*.smk") for rule in RULE.findall(file.read_text())]
    assert sorted(tables("stage")) == sorted(rules)


def test_every_name_to_go_up_to_is_there() -> None:
    assert tables("name") == [rule for rule in RULE.findall((ROOT / "workflow/Snakefile").read_text()) if rule != "all"]
