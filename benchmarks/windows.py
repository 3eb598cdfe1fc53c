"""The network of HS-I3D on a device: how fast it predicts and is trained, and whether it stays the same there."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from measuring import ROOT
from torch.utils.flop_counter import FlopCounterMode

from signspot.compute.devices import autocast
from signspot.spotters.hsi3d.losses import hierarchical_loss
from signspot.spotters.hsi3d.network import HierarchicalI3d
from signspot.spotters.hsi3d.published import read_published

CLASSES = 61
Rate = Callable[[Callable[[], Any], int], float]
"""Units per second of work that takes so many units at a time."""


@torch.inference_mode()
def prediction(
    device: torch.device, rate: Rate, batch: int, shape: tuple[int, ...], width: float, layout: torch.memory_format
) -> dict[str, float]:
    """Windows per second of a prediction, and operations per window.

    Args:
        device: where.
        rate: measures it.
        batch: windows at a time.
        shape: of a window, (channels, frames, height, width).
        width: of the network; 1 is the published size.
        layout: of windows and weights.
    """
    network = HierarchicalI3d(CLASSES, shape[0], width=width).eval().to(device)
    windows = torch.randn(batch, *shape, device=device).to(memory_format=layout)
    for weights in network.parameters():
        if weights.ndim == windows.ndim:
            weights.data = weights.data.to(memory_format=layout)
    with FlopCounterMode(display=False) as counter:
        network(windows[:1])
    with autocast(device):
        return {"windows_per_s": rate(lambda: network(windows), batch), "gflop": counter.get_total_flops() / 1e9}


def training(
    device: torch.device, rate: Rate, batch: int, shape: tuple[int, ...], width: float
) -> dict[str, float | None]:
    """Windows per second of steps of training with AdamW, and the peak of the memory of a GPU in MiB.

    Args:
        device, rate, batch, shape, width: as of :func:`prediction`.
    """
    network = HierarchicalI3d(CLASSES, shape[0], width=width).train().to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-4)
    windows = torch.randn(batch, *shape, device=device)
    labels = torch.zeros(batch, shape[1], dtype=torch.long, device=device)

    def step() -> None:
        optimiser.zero_grad()
        with autocast(device):
            loss = hierarchical_loss(network(windows), labels)
        loss.backward()
        optimiser.step()

    on_gpu = device.type == "cuda"
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    per_s = rate(step, batch)
    return {"windows_per_s": per_s, "peak_mib": torch.cuda.max_memory_allocated() / 2**20 if on_gpu else None}


@torch.inference_mode()
def golden(device: torch.device, given: str, scratch: Path, precision: str) -> float:
    """The largest deviation of all levels from the published network, in standard deviations.

    Args:
        device: where.
        given: ``a`` or ``b``, a golden input.
        scratch: a folder for the weights.
        precision: ``fp32`` or ``bf16``.
    """
    sys.path.insert(0, str(ROOT / "tests/helpers"))
    from golden_rule import Case

    from signspot.backbones.checkpoints import Checkpoint

    case = Case(ROOT / "tests/golden", "hsi3d")
    path = scratch / "hsi3d.pth"
    if not path.exists():
        torch.save({"model": case.weights()}, path)
    network = HierarchicalI3d(CLASSES)
    network.load_state_dict(read_published(Checkpoint(path), network)[0])
    windows = 2 * case.input(given).transpose(1, 2)
    with autocast(device, precision):
        levels = network.eval().to(device)(windows.to(device))
    found = {level: value.float().cpu().roll(-1, 2) for level, value in levels._asdict().items()}
    return max(case.deviation(f"{level}_time_out_{given}", value) for level, value in found.items())
