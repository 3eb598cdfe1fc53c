"""Engines compute TV-L1 on different devices. Every engine gives the same flow, apart from rounding."""

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
"""From grey frames uint8 (H, W) to the flow float32 (2, H, W) from each frame to the next, in order."""

ENGINES = ("auto", "cpu", "cuda", "opencv")


def chosen_engine(wanted: str) -> str:
    """Chooses the engine of this process, and takes a GPU if the engine needs one. Call it once, before CUDA is used.

    Args:
        wanted: ``cpu``; ``cuda``; ``opencv``, the slow reference; or ``auto``: ``cuda`` if a GPU is free, else ``cpu``.

    Returns:
        ``cpu``, ``cuda`` or ``opencv``.

    Raises:
        InputError: the engine is unknown, or ``cuda`` is wanted and this process sees no CUDA device.
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
    """Gives an engine for the block.

    Args:
        name: ``cpu``, ``cuda`` or ``opencv``.
        threads: pairs worked on at the same time by ``cpu`` and ``opencv``.
    """
    if name == "cuda":
        yield _of_batches
        return
    module = import_module({"cpu": "signspot.flow.fused", "opencv": "signspot.flow.opencv"}[name])
    if name == "cpu":
        module.compile_kernels()
    of_pair = module.flow_of_pair
    with ThreadPoolExecutor(threads) as pool:
        yield lambda frames: pool.map(lambda pair: of_pair(*pair), pairwise(frames))


def _of_batches(frames: list[np.ndarray]) -> Iterator[np.ndarray]:
    # The imports stand here, because a job on the CPU does without PyTorch.
    import torch

    from signspot.flow.batched import flow_of_pairs

    batch = torch.from_numpy(np.stack(frames)).to("cuda")
    yield from flow_of_pairs(batch[:-1], batch[1:]).cpu().numpy()
