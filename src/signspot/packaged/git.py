"""The commit of a clone. Nothing but Python's own library is imported: the build of a wheel runs this file too."""

import shutil
import subprocess
from pathlib import Path

CODE = ("src", "workflow")


def git_state(clone: Path) -> dict[str, str | bool | None]:
    """The commit of a clone, and whether its code differs from it; both are None where that cannot be told.

    It cannot in a folder that is no clone of its own, without the program ``git``, or before the first commit.
    """
    commit = _git(clone, "rev-parse", "HEAD")
    changes = _git(clone, "status", "--porcelain", "--", *CODE) if commit else None
    return {"commit": commit, "uncommitted_changes": None if changes is None else bool(changes)}


def _git(clone: Path, *arguments: str) -> str | None:
    program = shutil.which("git")
    # A copy without .git may lie in somebody else's clone, whose commit would be told.
    if program is None or not (clone / ".git").exists():
        return None
    command = [program, "--no-optional-locks", "-C", str(clone), *arguments]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return told.stdout.strip() if told.returncode == 0 else None
