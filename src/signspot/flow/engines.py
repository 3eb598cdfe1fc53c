"""Where and how TV-L1 is computed; every engine gives the same flow, but for rounding."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise

import numpy as np

from signspot.compute.gpus import claim_device, claim_free_gpu
from signspot.errors import InputError

log = logging.getLogger(__name__)

Engine = Callable[[list[np.ndarray]], Iterator[np.ndarray]]
"""From frames, grey uint8 (H, W), to the flow float32 (2, H, W) of each to the next, in order."""

ENGINES = ("auto", "cpu", "cuda", "opencv")


def chosen_engine(wanted: str) -> str:
    """The engine for this process, once and before CUDA is used; a GPU is then taken for this process alone.

    Args:
        wanted: ``cpu``; ``cuda``; ``opencv``, the slow reference; or ``auto``: ``cuda`` where there is a GPU that no
            other process of signspot has, else ``cpu``.

    Raises:
        InputError: ``cuda`` without a CUDA device, or an unknown engine.
    """
    if wanted not in ENGINES:
        raise InputError(f"flow.engine: {wanted!r} is unknown, expected one of {', '.join(ENGINES)}.")
    if wanted == "auto":
        return "cuda" if claim_free_gpu() else "cpu"
    if wanted == "cuda":
        claim_device("cuda")
    return wanted


@contextmanager
def open_engine(name: str, threads: int = 1) -> Iterator[Engine]:
    """An engine, ready to use in the block.

    Args:
        name: ``cpu``, ``cuda`` or ``opencv``.
        threads: pairs worked on at the same time by ``cpu`` and ``opencv``.
    """
    if name == "cuda":
        yield _of_batches
        return
    of_pair = import_module({"cpu": "signspot.flow.fused", "opencv": "signspot.flow.opencv"}[name]).flow_of_pair
    with ThreadPoolExecutor(threads) as pool:
        yield lambda frames: pool.map(lambda pair: of_pair(*pair), pairwise(frames))


def _of_batches(frames: list[np.ndarray]) -> Iterator[np.ndarray]:
    # Here, because a job that computes on the CPU does without PyTorch.
    import torch

    from signspot.flow.batched import flow_of_pairs

    batch = torch.from_numpy(np.stack(frames)).to("cuda")
    yield from flow_of_pairs(batch[:-1], batch[1:]).cpu().numpy()
