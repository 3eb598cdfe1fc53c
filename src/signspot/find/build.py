"""Makes a model of examples: the folder that ``signspot spot`` takes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from signspot import __version__
from signspot.find.examples import Prepared
from signspot.intake.starter import corpus_name
from signspot.model.export import copy_network, seal
from signspot.model.folder import FORMAT, SPOTTERS_FOLDER, VOCABULARY
from signspot.model.prepare import StoreSettings
from signspot.spotters import SPOTTERS, FitTask
from signspot.training.store import read_config

SPOTTER = "examples.exemplars"
"""The key of the spotter in the model."""
SETTINGS = StoreSettings(fps=25.0, frame_size=256, model_complexity=1, flow_size=None)
"""How the stores are made: only poses are needed."""


def fit_examples(prepared: Prepared, folder: Path, options: Mapping[str, Any], seed: int) -> None:
    """Fits the spotter to examples.

    Args:
        prepared: the examples.
        folder: of the fitted spotter.
        options: of the spotter.
        seed: of all random choices.

    Raises:
        InputError: no example can be used.
    """
    task = FitTask("exemplars", prepared.lexicon.signs, seed, labels=prepared.labels)
    SPOTTERS.build("exemplars", **options).fit(prepared.inputs, [], folder, task)


def write_example_model(fitted: Path, name: str, videos: int, decoder: Mapping[str, Any], folder: Path) -> None:
    """Writes the model of a fitted spotter.

    Args:
        fitted: folder of the spotter.
        name: of the lexicon, which becomes that of the model.
        videos: number of example videos.
        decoder: options of the decoder.
        folder: of the model, new.
    """
    config = read_config(fitted, ("vocabulary", "seed", "versions"))
    copy_network(fitted, folder / SPOTTERS_FOLDER / SPOTTER)
    signs = pd.DataFrame(enumerate(config["vocabulary"]), columns=["class_id", "sign"])
    signs.to_csv(folder / VOCABULARY, sep="\t", index=False, lineterminator="\n", encoding="utf-8")
    content = {
        "format": FORMAT,
        "signspot": __version__,
        "stores": SETTINGS.portable,
        "spotter": SPOTTER,
        "spotters": {SPOTTER: {"kind": "exemplars", "experts": [], "of": [], "modality": "skeleton"}},
        "experts": {},
        "decoder": "candidates",
        "decoders": {"candidates": dict(decoder)},
        "provenance": {
            "corpus": corpus_name(name),
            "run": "examples",
            "seed": config["seed"],
            "spotter": "exemplars",
            "train": {"splits": ["examples"], "videos": videos, "signers": None},
            "validation": None,
            "test": None,
            "shared_signers": None,
            "versions": config["versions"],
        },
        "scores": None,
    }
    seal(folder, content, config["vocabulary"])
