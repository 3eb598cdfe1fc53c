"""The spotter that a challenge entry published (``final_model.pth``) as a spotter of this package."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.spotters.bilstm.head import SpottingHead
from signspot.training.checkpoints import Checkpoint, read_checkpoint
from signspot.training.store import save_network

Rules = Sequence[tuple[str, str | None]]
"""Rules (pattern, replacement) for the names of weights: the first pattern that matches the beginning of a name gives
its new name. The replacement None drops a weight, which the published network holds but does not use."""

SPOTTER: Rules = (
    (r"dim_decrease\.", "reduce."),
    (r"temporal_module\.bilstm\.rnn\.", "lstm."),
    (r"temporal_module\.cnn\.", "convolutions."),
    (r"temporal_module\.fusion\.", "fuse."),
    (r"temporal_module\.transformer\.", None),
    (r"cls_head\.cnn_head\.", "classes.convolutions."),
    (r"cls_head\.classifer\.", "classes.output."),
    (r"reg_head\.cnn_head\.", "offsets.convolutions."),
    (r"reg_head\.classifer\.", "offsets.output."),
)
"""The entry's submitted spotting head, three offset channels of which two are used."""

SPOTTER_OF_TRAINING: Rules = (
    (r"dim_decrease\.", "reduce."),
    (r"bilstm\.rnn\.", "lstm."),
    (r"cnn\.", "convolutions."),
    (r"fusion\.", "fuse."),
    (r"transformer\.", None),
    (r"cls_head\.", "classes.convolutions."),
    (r"classifer\.", "classes.output."),
    (r"reg_head\.", "offsets.convolutions."),
    (r"reg_predictor\.0\.", "offsets.output."),
)
"""The spotting head that the entry's training configuration makes: the same layers under other names."""

SPARE_CLASSES = 2
"""Classes of a published head that are no sign: the first is the background, the last is never used."""


@dataclass(frozen=True)
class Form:
    """A form in which the head is published: names of its weights, offset channels (the first two are used)."""

    rules: Rules
    outputs: int

    def knows(self, key: str) -> bool:
        return any(re.match(pattern, key) for pattern, _ in self.rules)

    def published_name(self, name: str) -> str:
        """How the weight ``name`` of :class:`SpottingHead` is called in the checkpoint."""
        pattern, ours = next(rule for rule in self.rules if rule[1] and name.startswith(rule[1]))
        return pattern.replace("\\", "") + name.removeprefix(ours)


FORMS = {"detection_test": Form(SPOTTER, outputs=3), "detection_fix": Form(SPOTTER_OF_TRAINING, outputs=2)}
"""By the entry's own names: the submitted head, and that of its training configuration."""


def import_spotter(
    checkpoint: Checkpoint,
    folder: Path,
    *,
    experts: Sequence[Mapping[str, Any]],
    vocabulary: Sequence[str],
    stride: int,
) -> None:
    """Writes a published head as the folder of a trained spotter; ``imported`` in its config.json tells the origin.

    Args:
        experts: name, number of features and digest of the weights of each, as feature files tell them.
        vocabulary: the glosses in the order of their class ids.
        stride: of the clips, in frames.

    Raises:
        InputError: the checkpoint is missing, has another digest, is no published head, or is one for other features
            or another vocabulary; lists the weights that are missing, unexpected or of another shape.
    """
    state, digest = read_checkpoint(checkpoint)
    name = max(FORMS, key=lambda name: sum(map(FORMS[name].knows, state)))
    head = {"outputs": FORMS[name].outputs, "offset_activation": "relu"}
    settings = {
        "experts": list(experts),
        "head": head,
        "num_classes": len(vocabulary) + SPARE_CLASSES,
        "standardise": False,
        "vocabulary": list(vocabulary),
        "clip": {"length": Window().length, "stride": stride},
        "imported": {"file": Path(checkpoint.path).name, "sha256": digest, "format": name},
    }
    with torch.device("meta"):
        network = SpottingHead(sum(expert["features"] for expert in experts), settings["num_classes"], **head)
    weights = _weights(checkpoint.path, state, FORMS[name], network.state_dict(), len(vocabulary))
    network.load_state_dict(weights, assign=True)
    save_network(folder, network, pd.DataFrame(columns=["epoch"]), settings)


def _weights(
    path: Path, state: Mapping[str, Tensor], form: Form, expected: Mapping[str, Tensor], signs: int
) -> dict[str, Tensor]:
    """The checkpoint's weights under the names of ``expected``, and of its shapes; float32 but for counters."""
    known = {key: rename({key: value}, form.rules) for key, value in state.items() if form.knows(key)}
    found = {name: value for renamed in known.values() for name, value in renamed.items()}
    _check_signs(path, found, signs)
    faults = [f"missing: {form.published_name(name)}" for name in expected if name not in found]
    for key in state:
        names = known.get(key, {key: None})
        faults += [f"unexpected: {key}" for name in names if name not in expected]
        faults += [
            f"{key} has the shape {tuple(found[name].shape)}, expected {tuple(expected[name].shape)}"
            for name in names
            if name in expected and found[name].shape != expected[name].shape
        ]
    if faults:
        raise InputError(
            f"{path}: is no spotting head of the entry for these features.\n  " + "\n  ".join(faults) + "\n"
            "Check that it is the entry's final_model.pth, and that all four experts are there in the entry's order."
        )
    return {name: found[name].to(like.dtype) for name, like in expected.items()}


def _check_signs(path: Path, found: Mapping[str, Tensor], signs: int) -> None:
    output = found.get("classes.output.bias")
    if output is not None and len(output) != signs + SPARE_CLASSES:
        raise InputError(
            f"{path}: has {len(output)} classes, made for {len(output) - SPARE_CLASSES} signs; the vocabulary has "
            f"{signs}. Name the vocabulary that it was trained with."
        )


def rename(state: Mapping[str, Tensor], rules: Rules) -> dict[str, Tensor]:
    """The weights of a published state dict under the names used here; normalisation weights (1, C, 1) become (C,).

    Raises:
        InputError: a key that no rule knows, so that the checkpoint is of another network.
    """
    renamed = {}
    for key, value in state.items():
        name = _name(key, rules)
        if name is not None:
            renamed[name] = value.flatten() if value.ndim == 3 and value.shape[::2] == (1, 1) else value
    return renamed


def _name(key: str, rules: Rules) -> str | None:
    for pattern, replacement in rules:
        match = re.match(pattern, key)
        if match:
            return None if replacement is None else match.expand(replacement) + key[match.end() :]
    expected = ", ".join(pattern for pattern, _ in rules)
    raise InputError(f"checkpoint: unexpected weight {key!r}, expected names that begin with one of: {expected}")
