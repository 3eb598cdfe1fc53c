"""Where the networks compute, and how exactly."""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO, NamedTuple

import torch

from signspot.errors import InputError

log = logging.getLogger(__name__)

LOCKS = Path("/tmp")
"""Folder of the lock files, which all processes of a machine share: not ``TMPDIR``, which may be a job's own."""
WAIT_SECONDS = 5.0
"""Between two looks whether a GPU has become free."""

PRECISIONS = ("auto", "fp32", "bf16")


class Gpu(NamedTuple):
    """A CUDA device: its word in CUDA_VISIBLE_DEVICES, its name, and what tells it from all others."""

    visible_as: str
    name: str
    uuid: str


def visible_gpus() -> list[Gpu]:
    """The CUDA devices that this process may use, in CUDA's order.

    A process of its own asks for them, because CUDA reads CUDA_VISIBLE_DEVICES once: this one may still set it.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        return pool.submit(_gpus).result()


def _gpus() -> list[Gpu]:
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
        gpu = _first_free(found, locks, wait_seconds)
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu.visible_as
        log.info("computing on %s (%s)", gpu.name, gpu.uuid)
    elif wanted == "cuda":
        visible = os.environ.get("CUDA_VISIBLE_DEVICES", "not set")
        raise InputError(
            f"device: cuda is asked for, and this job sees no CUDA device (PyTorch is built for CUDA "
            f"{torch.version.cuda}, CUDA_VISIBLE_DEVICES is {visible!r}). Check the driver with nvidia-smi, ask the "
            "cluster for a GPU, or set device to auto or cpu."
        )
    else:
        log.info("computing on the CPU: there is no CUDA device")


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


def best_device() -> torch.device:
    """The CUDA device if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device, precision: str = "auto") -> torch.autocast:
    """The precision of a forward pass, as a context: bfloat16 where it is safe, or float32 throughout.

    Args:
        precision: ``auto`` is bf16 on a CUDA device that has it and fp32 elsewhere; ``bf16`` asks for it everywhere.

    Raises:
        InputError: ``bf16`` on hardware without it.
    """
    if precision == "bf16" and not _has_bf16(device):
        raise InputError(f"recipe.precision: this {device.type} cannot compute in bf16. Set precision to auto or fp32.")
    halved = precision == "bf16" or (precision == "auto" and device.type == "cuda" and _has_bf16(device))
    return torch.autocast(device.type, torch.bfloat16, enabled=halved)


def _has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.ops.mkldnn._is_mkldnn_bf16_supported()


@contextmanager
def deterministic(device: torch.device) -> Iterator[None]:
    """On a CPU, admits only operations that give the same bits each time; on CUDA some that are needed do not."""
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(before or device.type == "cpu")
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
