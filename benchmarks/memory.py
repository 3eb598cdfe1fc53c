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

from signspot.backbones import build
from signspot.clips.window import Window
from signspot.plan.resources import EXTRACTED_CLIPS, Machine, extraction_cost, footprint, training_cost
from signspot.plan.settings import ExpertSettings

CLASSES = 61
SHAPES = {
    "i3d_inception": (3, 8, 224, 224),
    "i3d_r50": (3, 8, 224, 224),
    "msg3d": (3, 8, 57, 1),
    "p3d199": (2, 8, 224, 224),
    "stgcn": (3, 8, 57, 1),
}
"""A clip of each backbone."""


def peak_of_training(backbone: str, batch: int) -> float:
    """MiB of this process after two steps with AdamW: the second one has its moments."""
    network = build(backbone, CLASSES, SHAPES[backbone][0])
    optimiser = torch.optim.AdamW(network.parameters())
    clips, labels = torch.randn(batch, *SHAPES[backbone]), torch.zeros(batch, dtype=torch.long)
    for _ in range(2):
        loss = F.cross_entropy(network(clips)[1], labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return _peak_mib()


@torch.inference_mode()
def peak_of_extraction(backbone: str, batch: int) -> float:
    """MiB of this process after one forward pass."""
    build(backbone, CLASSES, SHAPES[backbone][0]).eval()(torch.randn(batch, *SHAPES[backbone]))
    return _peak_mib()


def _peak_mib() -> float:
    return int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 2, 4], help="of training")
    parser.add_argument("--backbones", nargs="+", choices=SHAPES, default=list(SHAPES))
    arguments = parser.parse_args()
    rows = []
    for backbone in arguments.backbones:
        expert, machine = ExpertSettings("e", {}, {"name": backbone}, Window()), Machine("cpu", 1)
        blocks = [{"batch_size": batch, "epochs": 1} for batch in arguments.batches]
        cases = [
            (peak_of_training, b["batch_size"], training_cost(footprint(expert), b, 1, 0, machine).mb) for b in blocks
        ]
        extraction = (peak_of_extraction, EXTRACTED_CLIPS, extraction_cost(footprint(expert), 1, machine).mb)
        for measure, batch, asked in [*cases, extraction]:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                peak = pool.submit(measure, backbone, batch).result()
            rows.append((backbone, measure.__name__.removeprefix("peak_of_"), batch, peak, asked))
    columns = ["backbone", "work", "clips", "peak_mib", "mem_mb"]
    pd.DataFrame(rows, columns=columns).to_csv(sys.stdout, sep="\t", index=False, float_format="%.0f")


if __name__ == "__main__":
    main()
