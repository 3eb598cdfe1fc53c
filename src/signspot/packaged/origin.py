"""Which signspot this is: its version and, where it can be told, its commit."""

import json
from pathlib import Path

from signspot import __version__
from signspot.packaged.git import git_state

BUILT_FROM = Path(__file__).with_name("commit.json")
"""Written by the build of a wheel: the state of the clone that it was built from."""
CLONE = Path(__file__).parents[3]


def origin() -> dict[str, str | bool | None]:
    """``signspot`` (the version), ``commit`` and ``uncommitted_changes``; a wheel tells those of its build."""
    state = json.loads(BUILT_FROM.read_text(encoding="utf-8")) if BUILT_FROM.exists() else git_state(CLONE)
    return {"signspot": __version__} | state
