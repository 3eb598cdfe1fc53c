"""The device on which networks compute, and the precision of their numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import nn

from signspot.errors import InputError

Network = TypeVar("Network", bound=nn.Module)


def best_device() -> torch.device:
    """The CUDA device if this process has one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def on_device(network: Network) -> Network:
    """Moves a network, in place, to the device on which it computes fastest.

    On a CPU its 3D convolutions get the layout in which oneDNN computes without copying: channels last.
    """
    device = best_device()
    network.to(device)
    if device.type == "cpu":
        for module in network.modules():
            if isinstance(module, nn.Conv3d):
                module.to(memory_format=torch.channels_last_3d)
    return network


def autocast(device: torch.device, precision: str = "auto") -> torch.autocast:
    """A context that sets the precision of a forward pass: float32 throughout, or bfloat16 where bfloat16 is safe.

    Args:
        device: the device of the network.
        precision: ``fp32``, ``bf16``, or ``auto``: bf16 on a CUDA device that can compute in bf16, else fp32.

    Raises:
        InputError: ``bf16`` is asked for, and the hardware cannot compute in bf16.
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
    """A context that admits only operations whose bits are the same each time, on a CPU.

    On CUDA, all operations are admitted, because the networks need some that vary.
    """
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(before or device.type == "cpu")
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
