"""A run with a common space that learnt nothing, and features of nobody."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from signspot.arrays import new_arrays, write_attributes, write_rows
from signspot.files import sha256
from signspot.retrieval.network import CommonSpace
from signspot.retrieval.space import KIND
from signspot.training.store import save_network

SIGN_DIM, DIM = 4, 8
FRAMES = 100
"""Of each video, at 25 a second."""


def network_of(seed: int, word_dim: int) -> CommonSpace:
    """A network whose weights depend on the seed alone."""
    torch.manual_seed(seed)
    return CommonSpace(word_dim, SIGN_DIM, clusters=2, dim=DIM).eval()


def write_space(folder: Path, seed: int, word_dim: int = 300, vectors: Path | None = None) -> None:
    """A training of the common space, as the workflow writes it."""
    arguments = {"word_dim": word_dim, "sign_dim": SIGN_DIM, "clusters": 2, "dim": DIM}
    config = {"kind": KIND, "network": arguments, "expert": "joints", "word_vectors": "spelling"}
    if vectors:
        config |= {"word_vectors": vectors.name, "word_vectors_sha256": sha256(vectors)}
    save_network(folder, network_of(seed, word_dim), pd.DataFrame({"epoch": [1]}), config)


def write_features(folder: Path, videos: Mapping[str, np.ndarray]) -> None:
    """Features at every frame, from frame 0 on."""
    about = {"expert": "joints", "weights_sha256": "0", "length": 16, "stride": 1, "fps": 25.0, "start_ms": 0}
    for video, rows in videos.items():
        folder.mkdir(parents=True, exist_ok=True)
        with new_arrays(folder / f"{video}.h5") as file:
            write_rows(file, "features", rows)
            write_rows(file, "frame", np.arange(len(rows), dtype=np.int32))
            write_attributes(file, {**about, "first": 0, "last": len(rows) - 1})


def features_of(*videos: str) -> dict[str, np.ndarray]:
    """Random features of videos."""
    rng = np.random.default_rng(0)
    return {video: rng.standard_normal((FRAMES, SIGN_DIM)).astype(np.float32) for video in videos}


def write_run(run: Path, *videos: str, seeds: int = 2, word_dim: int = 300, vectors: Path | None = None) -> Path:
    """The common spaces of a run and the features of videos; gives the folder of the run."""
    for seed in range(1, seeds + 1):
        write_space(run / f"retrieval/seed{seed}", seed, word_dim, vectors)
    write_features(run / "features/joints/000", features_of(*videos))
    return run
