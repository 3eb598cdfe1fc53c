"""The spotting head that a challenge entry published (``final_model.pth``): the names and shapes of its weights."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from signspot.backbones.checkpoints import Checkpoint, read_checkpoint
from signspot.errors import InputError

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
        """How the weight ``name`` of the head of :mod:`signspot.spotters.bilstm.head` is called in the checkpoint."""
        pattern, ours = next(rule for rule in self.rules if rule[1] and name.startswith(rule[1]))
        return pattern.replace("\\", "") + name.removeprefix(ours)


FORMS = {"detection_test": Form(SPOTTER, outputs=3), "detection_fix": Form(SPOTTER_OF_TRAINING, outputs=2)}
"""By the entry's own names: the submitted head, and that of its training configuration."""


@dataclass(frozen=True)
class PublishedHead:
    """A published head as its file holds it.

    Args:
        path: of the file, for messages.
        form: in which it is published.
        state: its weights under their published names.
        origin: ``file``, ``sha256`` and ``format``, for config.json.
    """

    path: Path
    form: Form
    state: Mapping[str, Tensor]
    origin: Mapping[str, str]

    def weights(self, expected: Mapping[str, Tensor], signs: int) -> dict[str, Tensor]:
        """The weights under the names of a head of this package, in its shapes; float32 but for counters.

        Args:
            expected: state dict of the head; the shapes count.
            signs: of the vocabulary.

        Raises:
            InputError: the head is one for other features or another vocabulary; lists the weights that are missing,
                unexpected or of another shape.
        """
        form, state = self.form, self.state
        known = {key: rename({key: value}, form.rules) for key, value in state.items() if form.knows(key)}
        found = {name: value for renamed in known.values() for name, value in renamed.items()}
        _check_signs(self.path, found, signs)
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
                f"{self.path}: is no spotting head of the entry for these features.\n  " + "\n  ".join(faults) + "\n"
                "Check that it is the entry's final_model.pth, and that all four experts are there in its order."
            )
        return {name: found[name].to(like.dtype) for name, like in expected.items()}


def read_head(checkpoint: Checkpoint) -> PublishedHead:
    """The published head of a file, in whichever form it is.

    Raises:
        InputError: the file is missing, has another digest, or is no checkpoint.
    """
    state, digest = read_checkpoint(checkpoint)
    name = max(FORMS, key=lambda name: sum(map(FORMS[name].knows, state)))
    origin = {"file": Path(checkpoint.path).name, "sha256": digest, "format": name}
    return PublishedHead(Path(checkpoint.path), FORMS[name], state, origin)


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
