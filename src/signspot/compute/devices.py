"""Where the networks compute, and how exactly."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from signspot.errors import InputError


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
        raise InputError(
            f"training.precision: this {device.type} cannot compute in bf16. Set precision to auto or fp32."
        )
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
