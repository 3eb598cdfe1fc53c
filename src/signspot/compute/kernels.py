"""Kernels that numba compiles and keeps on disk."""

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import Any


def compile_alone(kernel: Any, run: Callable[[], object]) -> None:
    """Compiles kernels, or loads what another process has compiled, while no other process does either.

    Numba keeps compiled functions on disk, in numbered files. Two processes that compile at the same time can give two
    functions one number: a function then does the work of the other one, from then on.

    Args:
        kernel: one of the kernels, beside which the lock lies.
        run: calls all of them.
    """
    folder = Path(kernel.stats.cache_path)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "kernels.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run()
