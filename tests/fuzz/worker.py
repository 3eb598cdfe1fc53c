"""Calls ``signspot`` in this process, one call for each line of standard input, and tells what each call did."""

import contextlib
import io
import json
import os
import re
import resource
import sys
import traceback
from pathlib import Path

import psutil

from signspot.cli import main


def called(folder: str, arguments: list[str]) -> dict:
    """Status and traceback of a call in this folder, children that it left, and peak memory so far, in MiB."""
    os.chdir(folder)
    error, status, said = None, None, io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            status = main(arguments)
    except SystemExit as ended:
        status = ended.code
    except BaseException:
        error = traceback.format_exc()
    left = _children()
    return {"status": status, "error": error, "said": said.getvalue()[-2000:], "children": left, "peak_mb": _peak_mb()}


def _peak_mb() -> int:
    """Peak of this process and of its children so far, in MiB."""
    # This process takes over the ru_maxrss of the one that starts it, which may be a test run of gigabytes.
    own = int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


def _children() -> list[str]:
    """Command lines of the children, but for that of multiprocessing, which ends with this process."""
    lines = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
    return [line for line in lines if "multiprocessing" not in line]


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # native libraries print, too
    for line in sys.stdin:
        answers.write(json.dumps(called(**json.loads(line))) + "\n")
        answers.flush()
