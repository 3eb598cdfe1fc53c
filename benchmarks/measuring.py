"""What a piece of work costs, in a process of its own, so that its processor time and its memory are its own."""

import json
import os
import pickle
import platform
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results"
PACKAGES = ("signspot", "numpy", "opencv-contrib-python", "torch", "mediapipe", "numba", "h5py", "simplejpeg", "pillow")
SAMPLING_SECONDS = 0.02

Work = Callable[[], Any]
"""The part of a stage that is measured."""


@dataclass(frozen=True)
class Cost:
    """What a stage took, those processes included that it started and waited for.

    Args:
        cpu_s: processor seconds of all threads, in user and in system mode.
        wall_s: seconds on the clock.
        start_cpu_s: processor seconds before: starting Python, imports, and what else the stage prepares.
        peak_mib: most memory that the process had resident since its start, and what FFmpeg had beside it.
        result: what the work returned.
    """

    cpu_s: float
    wall_s: float
    start_cpu_s: float
    peak_mib: float
    result: Any


def measured(stage: Callable[..., Work], *arguments: Any) -> Cost:
    """Calls ``stage(*arguments)()`` in a new process and measures the second call; the first one prepares.

    Args:
        stage: a function of a module beside this one, which imports what the work needs and returns the work.

    Raises:
        SystemExit: the stage failed; its traceback has been printed.
    """
    # Not by multiprocessing, which would import there what the calling script imports, and count it.
    receiver, sender = os.pipe()
    command = [sys.executable, __file__, str(sender)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[sender]) as process:
        os.close(sender)
        with process.stdin as pipe:
            pipe.write(pickle.dumps((stage, arguments)))
        beside = 0.0
        while process.poll() is None:
            beside = max(beside, _helpers_mib(process.pid))
            time.sleep(SAMPLING_SECONDS)
    with os.fdopen(receiver, "rb") as pipe:
        answer = pipe.read()
    if process.returncode:
        sys.exit(f"{stage.__module__}.{stage.__name__} failed.")
    cpu_s, wall_s, start_cpu_s, peak_mib, result = pickle.loads(answer)
    return Cost(cpu_s, wall_s, start_cpu_s, peak_mib + beside, result)


def _measure(sender: int) -> None:
    stage, arguments = pickle.load(sys.stdin.buffer)
    work = stage(*arguments)
    start_cpu, start_wall = _cpu_seconds(), time.perf_counter()
    result = work()
    answer = _cpu_seconds() - start_cpu, time.perf_counter() - start_wall, start_cpu, _peak_mib("self"), result
    with os.fdopen(sender, "wb") as pipe:
        pickle.dump(answer, pipe)


def _cpu_seconds() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_mib(process: int | str) -> float:
    """Not that of getrusage, which a process inherits from the one that started it."""
    return int(re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{process}/status").read_text())[1]) / 1024


def _helpers_mib(pid: int) -> float:
    """Peak memory of the programs that run beside a process of Python."""
    total = 0.0
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        for helper in psutil.Process(pid).children(recursive=True):
            # A process that has not become another program yet shows the memory of the one that starts it.
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied, OSError, TypeError):
                total += _peak_mib(helper.pid) if "python" not in Path(helper.exe()).name else 0
    return total


def machine() -> dict[str, Any]:
    """What figures depend on: hardware, versions, the commit, and how busy the machine was before."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cpu": cpu[1] if cpu else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "gpu": _gpu(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
        "commit": _commit(),
    }


def _gpu() -> str | None:
    """The names of the GPUs, as their driver tells them."""
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    if shutil.which(query[0]) is None:
        return None
    return subprocess.run(query, capture_output=True, text=True).stdout.strip() or None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit, with a + if files differ from it; None outside a repository."""
    described = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=12", "--match=", "--dirty=+"]
    return subprocess.run(described, capture_output=True, text=True).stdout.strip() or None


def write_results(path: Path, **parts: Any) -> None:
    """JSON that begins with the machine; numbers keep four digits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_rounded(parts), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nWritten: {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    _measure(int(sys.argv[1]))
