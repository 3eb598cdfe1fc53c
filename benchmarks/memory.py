"""Memory of the networks at their published size on a CPU, beside what the rules ask for.

    python benchmarks/memory.py [--batches 1 2 4]

Takes two steps of training and one of extraction with clips of noise, each time in a process of its own, and prints a
TSV: the peak of the process in MiB and the `mem_mb` of a job with the same batch. About five minutes on two cores; a
batch of 16 clips through P3D-199 takes 16 GB.
"""

import argparse
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from signspot.backbones import BACKBONES, build
from signspot.clips.window import Window
from signspot.plan.resources import (
    EXTRACTED_CLIPS,
    Footprint,
    Machine,
    extraction_cost,
    footprint,
    training_cost,
    window_footprint,
)
from signspot.plan.settings import ExpertSettings
from signspot.spotters.hsi3d.losses import hierarchical_loss
from signspot.spotters.hsi3d.network import HierarchicalI3d

CLASSES = 61
SHAPES = {
    "i3d_inception": (3, 8, 224, 224),
    "hsi3d": (3, 32, 224, 224),
    "i3d_r50": (3, 8, 224, 224),
    "msg3d": (3, 8, 57, 1),
    "p3d199": (2, 8, 224, 224),
    "s3d": (3, 8, 224, 224),
    "stepnet": (3, 8, 224, 224),
    "stgcn": (3, 8, 57, 1),
    "tsm_r50": (3, 8, 224, 224),
}
"""A clip of each backbone, and a window of the network of a spotter."""


def built(name: str) -> nn.Module:
    """The network of the published size."""
    if name in BACKBONES.names():
        return build(name, CLASSES, SHAPES[name][0])
    return HierarchicalI3d(CLASSES, SHAPES[name][0])


def loss_of(network: nn.Module, clips: Tensor) -> Tensor:
    """The loss of a step of training, of clips without a sign."""
    if isinstance(network, HierarchicalI3d):
        return hierarchical_loss(network(clips), torch.zeros(len(clips), clips.shape[2], dtype=torch.long))
    return F.cross_entropy(network(clips)[1], torch.zeros(len(clips), dtype=torch.long))


def footprint_of(name: str) -> Footprint:
    """What the rules take a network to need."""
    if name in BACKBONES.names():
        return footprint(ExpertSettings("e", {}, {"name": name}, Window()))
    return window_footprint(name, {}, {}, SHAPES[name][1])


def peak_of_training(name: str, batch: int) -> float:
    """MiB of this process after two steps with AdamW: the second one has its moments."""
    network = built(name)
    optimiser = torch.optim.AdamW(network.parameters())
    clips = torch.randn(batch, *SHAPES[name])
    for _ in range(2):
        loss = loss_of(network, clips)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return _peak_mib()


@torch.inference_mode()
def peak_of_extraction(name: str, batch: int) -> float:
    """MiB of this process after one forward pass."""
    built(name).eval()(torch.randn(batch, *SHAPES[name]))
    return _peak_mib()


def _peak_mib() -> float:
    return int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 2, 4], help="of training")
    parser.add_argument("--networks", nargs="+", choices=SHAPES, default=list(SHAPES))
    arguments = parser.parse_args()
    rows, machine = [], Machine("cpu", 1)
    for name in arguments.networks:
        network = footprint_of(name)
        blocks = [{"batch_size": batch, "epochs": 1} for batch in arguments.batches]
        cases = [(peak_of_training, b["batch_size"], training_cost(network, b, 1, 0, machine).mb) for b in blocks]
        extraction = (peak_of_extraction, EXTRACTED_CLIPS, extraction_cost(network, 1, machine).mb)
        for measure, batch, asked in [*cases, extraction]:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                peak = pool.submit(measure, name, batch).result()
            rows.append((name, measure.__name__.removeprefix("peak_of_"), batch, peak, asked))
    columns = ["network", "work", "clips", "peak_mib", "mem_mb"]
    pd.DataFrame(rows, columns=columns).to_csv(sys.stdout, sep="\t", index=False, float_format="%.0f")


if __name__ == "__main__":
    main()
