"""A made-up run without a spotter: two recognisers of skeletons with random weights, and sums of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from made_up_recognitions import recognitions
from made_up_run import SIGNER, write_expert, write_tables

from signspot.clips.window import Window
from signspot.files import write_json
from signspot.recognition import Sum, accuracy, fusion
from signspot.recognition.store import write_logits
from signspot.stores import RunFiles
from signspot.training.store import read_config

LABEL = np.array([0, 1, 0])
"""Of the test clips."""
LOGITS = {"joints": [[2, 1]] * 3, "bones": [[0, 200]] * 3}
FUSIONS: Mapping[str, Any] = {
    "fixed": {"experts": ["joints", "bones"], "weights": [1, 0.4]},
    "plain": {"experts": ["joints", "bones"], "weights": "plain"},
    "tuned": {"experts": ["joints", "bones"], "weights": "tune"},
}


def write_recognising_run(results: Path, scored: bool = True) -> Path:
    """Writes the results of a corpus; returns the folder of its run ``signs``, whose first fusion is ``fixed``.

    The tuned sum is best with ``joints`` alone, for ``bones`` is sure of the wrong sign.

    Args:
        results: of the corpus.
        scored: whether the test videos show signs.
    """
    files = RunFiles(results / "runs/signs")
    torch.manual_seed(0)
    for name, window in {"joints": Window(16, 4), "bones": Window(12, 4)}.items():
        write_expert(files.expert(name, "1"), name, window)
    role, none = {"splits": ["train"], "videos": 1, "signers": 1}, {"splits": [], "videos": 0, "signers": 0}
    write_json(
        files.provenance,
        {
            **{"corpus": "mine", "run": "signs", "seed": 1, "spotter": None, "decoder": None, "spotters": {}},
            **{"train": role, "test": role, "validation": none, "shared_signers": 1},
            "experts": {name: {"origin": "training", "trainings": 1, "run": "signs"} for name in LOGITS},
            **{"recognisers": list(LOGITS), "fusions": FUSIONS},
        },
    )
    if scored:
        _write_recognition(files)
    write_tables(results, 1)
    return Path(files.folder)


def _write_recognition(files: RunFiles) -> None:
    """What the recognisers say of test clips, and how well, each alone and in sums."""
    said = {name: recognitions(np.array(logits, float), LABEL) for name, logits in LOGITS.items()}
    for name, one in said.items():
        digest = read_config(files.expert(name, "1"), ())["weights_sha256"]
        write_logits(one, files.logits(name, "test"), name, digest)
    sums = [Sum(tuple(LOGITS), "tune", "tuned")]
    validation = {name: recognitions(np.array(logits, float), LABEL, "other") for name, logits in LOGITS.items()}
    write_json(files.fusion, fusion(said, sums, validation))
    found = accuracy(said["joints"], trained=["S0"], signers={"clip0": SIGNER, "clip1": SIGNER}, ks=(1, 2))
    for name in (*LOGITS, *FUSIONS):
        write_json(files.recognition_accuracy(name), found)
