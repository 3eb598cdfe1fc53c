"""Chooses the GPU of a process: a GPU that no other process of signspot on this machine uses.

Every GPU has a lock file. A process that holds the lock owns the GPU until the process ends.
"""

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
"""Folder of the lock files. All processes of a machine share this folder; ``TMPDIR`` may belong to one job."""
DEVICES = Path("/dev")
"""Folder in which the driver of NVIDIA lists its devices."""
WAIT_SECONDS = 5.0
"""Seconds between two attempts to lock a GPU."""


class Gpu(NamedTuple):
    """A CUDA device.

    Args:
        visible_as: the value of CUDA_VISIBLE_DEVICES that selects this GPU.
        name: the name of the model.
        uuid: the identifier of the GPU, or of the part of a GPU (MIG); no other has the same.
    """

    visible_as: str
    name: str
    uuid: str


def visible_gpus() -> list[Gpu]:
    """The CUDA devices that this process may use, in the order of CUDA.

    CUDA reads CUDA_VISIBLE_DEVICES only once in a process. A child process therefore asks CUDA, so that this process
    can still set the variable.
    """
    if not any(DEVICES.glob("nvidia*")):
        return []
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        return pool.submit(_gpus).result()


def _gpus() -> list[Gpu]:
    # The import stands here because it takes seconds and memory, which a process without a GPU can save.
    import torch

    indices = range(torch.cuda.device_count() if torch.cuda.is_available() else 0)
    known = os.environ.get("CUDA_VISIBLE_DEVICES")
    words = [str(i) for i in indices] if known is None else [word.strip() for word in known.split(",")]
    found = [(words[i], torch.cuda.get_device_properties(i)) for i in indices]
    # The uuid in the properties of a part of a GPU (MIG) may be that of the whole GPU; CUDA_VISIBLE_DEVICES names the
    # part.
    return [Gpu(word, p.name, word if word.startswith("MIG-") else str(p.uuid)) for word, p in found]


def claim_device(
    wanted: str = "auto",
    gpus: Callable[[], Sequence[Gpu]] = visible_gpus,
    locks: Path = LOCKS,
    wait_seconds: float = WAIT_SECONDS,
) -> None:
    """Chooses the device on which the networks of this process compute. Call it once, before CUDA is used.

    The process gets the first GPU that no other process of signspot on this machine owns, whoever started that
    process. While all GPUs are taken, the function waits. Afterwards the process sees this GPU only. The kernel frees
    the GPU when the process ends, also after a crash.

    Args:
        wanted: ``cuda``, ``cpu``, or ``auto``: CUDA if the machine has a CUDA device, else the CPU.
        gpus: lists the GPUs to choose from.
        locks: the folder of the lock files.
        wait_seconds: time between two attempts while all GPUs are taken.

    Raises:
        InputError: ``cuda`` is wanted, and this process sees no CUDA device.
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
    """Takes a GPU as :func:`claim_device` does, but never waits; returns whether a GPU was free."""
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
    """Tries to lock a file; returns whether this process got the lock, which it then keeps until it ends."""
    file = _open_for_all(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    # A child process (a loader) inherits the lock, and would keep the GPU if it outlived this process: it lets go at
    # once. The registration also keeps the file, and so the lock, alive in this process.
    os.register_at_fork(after_in_child=file.close)
    return True


def _open_for_all(path: Path) -> BinaryIO:
    """Opens a lock file, and makes it if it is missing, so that every user of the machine can lock it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o666)
        os.fchmod(descriptor, 0o666)  # the umask may have taken permissions away
    except FileExistsError:
        # Without O_CREAT: Linux may refuse it for the file of another user in /tmp.
        descriptor = os.open(path, os.O_RDONLY)
    return os.fdopen(descriptor, "rb")
