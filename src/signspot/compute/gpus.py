"""Which GPU a process computes on: one that no other process of signspot on the machine has."""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO, NamedTuple

from signspot.errors import InputError

log = logging.getLogger(__name__)

LOCKS = Path("/tmp")
"""Folder of the lock files, which all processes of a machine share: not ``TMPDIR``, which may be a job's own."""
DEVICES = Path("/dev")
"""Where the driver of NVIDIA shows its devices, if there are any."""
WAIT_SECONDS = 5.0
"""Between two looks whether a GPU has become free."""


class Gpu(NamedTuple):
    """A CUDA device: its word in CUDA_VISIBLE_DEVICES, its name, and what tells it from all others."""

    visible_as: str
    name: str
    uuid: str


def visible_gpus() -> list[Gpu]:
    """The CUDA devices that this process may use, in CUDA's order.

    A process of its own asks for them, because CUDA reads CUDA_VISIBLE_DEVICES once: this one may still set it.
    """
    if not any(DEVICES.glob("nvidia*")):
        return []
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        return pool.submit(_gpus).result()


def _gpus() -> list[Gpu]:
    # Here, because PyTorch takes seconds and memory that a process without a GPU may not need.
    import torch

    indices = range(torch.cuda.device_count() if torch.cuda.is_available() else 0)
    known = os.environ.get("CUDA_VISIBLE_DEVICES")
    words = [str(i) for i in indices] if known is None else [word.strip() for word in known.split(",")]
    found = [(words[i], torch.cuda.get_device_properties(i)) for i in indices]
    # A part of a GPU (MIG) has the name by which it was given to this process; its properties may tell the whole GPU's.
    return [Gpu(word, p.name, word if word.startswith("MIG-") else str(p.uuid)) for word, p in found]


def claim_device(
    wanted: str = "auto",
    gpus: Callable[[], Sequence[Gpu]] = visible_gpus,
    locks: Path = LOCKS,
    wait_seconds: float = WAIT_SECONDS,
) -> None:
    """Chooses where the networks of this process compute, until it ends; to be called once, before CUDA is used.

    A GPU is taken for this process alone: the first one that no other process of signspot on this machine has, whoever
    started it. If all are taken, it waits. The process sees no other GPU afterwards. The kernel gives a GPU free when
    the process ends, in whatever way.

    Args:
        wanted: ``cuda``, ``cpu``, or ``auto``: CUDA if there is a device, else the CPU.

    Raises:
        InputError: ``cuda`` without a CUDA device.
    """
    if wanted == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        log.info("computing on the CPU, as device: cpu says")
        return
    found = gpus()
    if found:
        _take(_first_free(found, locks, wait_seconds))
    elif wanted == "cuda":
        visible = os.environ.get("CUDA_VISIBLE_DEVICES", "not set")
        raise InputError(
            f"cuda is asked for, and this job sees no CUDA device (CUDA_VISIBLE_DEVICES is {visible!r}). Check the "
            "driver with nvidia-smi and that PyTorch is built for it, ask the cluster for a GPU, or set device (for "
            "the flow, flow.engine) to auto or cpu."
        )
    else:
        log.info("computing on the CPU: there is no CUDA device")


def claim_free_gpu(gpus: Callable[[], Sequence[Gpu]] = visible_gpus, locks: Path = LOCKS) -> bool:
    """Takes a GPU as :func:`claim_device` does, if there is one that is free now; tells whether there was."""
    gpu = _free(gpus(), locks)
    if gpu is None:
        log.info("computing on the CPU: there is no CUDA device, or none that is free")
        return False
    _take(gpu)
    return True


def _take(gpu: Gpu) -> None:
    os.environ["CUDA_VISIBLE_DEVICES"] = gpu.visible_as
    log.info("computing on %s (%s)", gpu.name, gpu.uuid)


def _first_free(gpus: Sequence[Gpu], locks: Path, wait_seconds: float) -> Gpu:
    gpu = _free(gpus, locks)
    if gpu is None:
        log.info("waiting: other processes of signspot have taken all GPUs (%d)", len(gpus))
    while gpu is None:
        time.sleep(wait_seconds)
        gpu = _free(gpus, locks)
    return gpu


def _free(gpus: Sequence[Gpu], locks: Path) -> Gpu | None:
    """The first GPU whose lock this process gets."""
    return next((gpu for gpu in gpus if _locked(locks / f"signspot-gpu-{gpu.uuid}.lock")), None)


def _locked(path: Path) -> bool:
    """Whether this process got the lock of a file, which it then keeps until it ends."""
    file = _open_for_all(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    # Processes started by this one (loaders) would keep the lock if they outlived it. This also keeps the file open.
    os.register_at_fork(after_in_child=file.close)
    return True


def _open_for_all(path: Path) -> BinaryIO:
    """A file that every user can lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o666)
        os.fchmod(descriptor, 0o666)  # whatever the umask
    except FileExistsError:
        descriptor = os.open(path, os.O_RDONLY)  # Linux may refuse O_CREAT for another user's file in /tmp
    return os.fdopen(descriptor, "rb")
