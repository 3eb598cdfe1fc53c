"""Weights of a file, loaded into a backbone: published ones, recognised by their keys, or ours; checked key by key."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from signspot.backbones import BACKBONES, build
from signspot.backbones.checkpoints import Checkpoint, read_checkpoint
from signspot.backbones.formats import COLOURS, Format
from signspot.errors import InputError

log = logging.getLogger(__name__)

CLASSIFIER = ("fc.weight", "fc.bias")
CLASSIFIERS = "fc."
"""How our names of the weights of a classifier begin, or of those of a network's parts."""
COUNTER = "num_batches_tracked"
OWN = Format("signspot")
"""The weights of a trained expert of ours, a file of safetensors."""
OWN_SUFFIX = ".safetensors"
OWN_REMEDY = "the weights of a trained expert of ours, its backbone with the same options"
PUBLISHED_REMEDY = "the file as it was published, a network of the published size (no width, no depths)"
SHOWN = 20
"""Keys that a message lists of each kind."""


def load_published(network: nn.Module, backbone: str, checkpoint: Checkpoint, *, other_classes: bool) -> dict[str, Any]:
    """Loads the weights of a published checkpoint, or of a trained expert of ours, into a backbone.

    A file that ends in ``.safetensors`` is ours. Counters of seen batches, which nothing reads, may be missing as a
    whole: files of caffe2 and of PyTorch before 0.4.1 have none.

    Args:
        backbone: name by which the network was built.
        checkpoint: the file.
        other_classes: the network names other classes than the file and keeps its own classifier. Published classifiers
            of as many classes are taken all the same. Only then may a file hold a part of the network, whose rest stays
            as it is, and may kernels for three colours become those for clips of other channels, see
            :class:`signspot.backbones.formats.Format`.

    Returns:
        Where the weights come from, for config.json: ``file``, ``sha256``, ``format`` and ``dropped``, the keys of the
        file that were not used.

    Raises:
        InputError: the file is missing, damaged, of another digest, or no checkpoint; or its keys or shapes are not
            those of the network, and the message lists them.
    """
    state, digest = read_checkpoint(checkpoint)
    ours = Path(checkpoint.path).suffix == OWN_SUFFIX
    form = OWN if ours else recognise(state, network, backbone, checkpoint.path)
    if form.part is not None and not other_classes:
        raise InputError(
            f"{checkpoint.path}: is {form.name}, a part of {backbone} only. It may start a training, and cannot be "
            "taken as a trained expert."
        )
    weights, dropped = matched(state, network, form, checkpoint.path, other_classes=other_classes)
    network.load_state_dict(weights)
    return origin(checkpoint, digest, form, dropped)


def matched(
    state: Mapping[str, Tensor], network: nn.Module, form: Format, path: Path | str, *, other_classes: bool
) -> tuple[dict[str, Tensor], list[str]]:
    """The weights of a file under the names of a network, which has its own where the file may lack them.

    Args:
        state: weights under the names of the file.
        network: that they are for.
        form: of the file.
        path: of the file, for messages.
        other_classes: as in :func:`load_published`. A network without ``fc`` takes no classifier of the file.

    Returns:
        A whole state dict of the network, and the keys of the file that are not in it.

    Raises:
        InputError: the keys or shapes are not those of the network, and the message lists them.
    """
    own = network.state_dict()
    names = form.names(own)
    # A kernel of more than one point becomes too wide for its layer, and is refused.
    state = {k: v.flatten(1) if form.is_pointwise(k) and v.dim() > 1 else v for k, v in state.items()}
    dropped = [key for key in state if form.is_unused(key)]
    if other_classes and (classifier := _other_classifier(state, own, form)):
        log.info("%s: its classifier (%s) names other classes: left out", path, ", ".join(classifier))
        dropped += classifier
    left_out = {*dropped, *_missing_counters(state, names)}
    names = {name: key for name, key in names.items() if name not in left_out}
    state = {key: value for key, value in state.items() if key not in left_out}
    if other_classes:
        state = _for_channels(state, own, form)
    _check(state, {name: own[key] for name, key in names.items()}, form, path)
    return own | {names[key]: value for key, value in state.items()}, dropped


def origin(checkpoint: Checkpoint, digest: str, form: Format, dropped: Sequence[str]) -> dict[str, Any]:
    """Where loaded weights come from, as :func:`load_published` returns it; the log tells it too."""
    unused = f", but for {_listed(dropped)}" if dropped else ""
    log.info("%s: weights loaded as %s, sha256 %s%s", checkpoint.path, form.name, digest, unused)
    return {"file": Path(checkpoint.path).name, "sha256": digest, "format": form.name, "dropped": list(dropped)}


def recognise(state: Mapping[str, Tensor], network: nn.Module, backbone: str, path: Path) -> Format:
    """The published format that shares most keys with a checkpoint, and the numbers of dimensions of their weights.

    Args:
        state: the weights of the file, under its names.
        network: that takes the weights.
        backbone: name by which the network was built.
        path: of the file, for messages.

    Raises:
        InputError: none shares half of them, or it is that of another backbone.
    """
    formats = published_formats()
    names = ", ".join(form.name for form in formats.get(backbone, ()))
    known = f"one of: {names}, of the published size" if names else f"weights of ours (a file *{OWN_SUFFIX})"
    weights_of = {name: network.state_dict() if name == backbone else _published_weights(name) for name in formats}
    candidates = [(owner, form) for owner, forms in formats.items() for form in forms]
    shares = [
        (_likeness(state, form, weights_of[owner]), owner == backbone, form.part is None) for owner, form in candidates
    ]
    owner, best = candidates[shares.index(max(shares))]
    if max(shares)[0] < 0.5:
        raise InputError(
            f"{path}: its keys ({_listed(sorted(state))}) are of no known format. For the backbone {backbone} expected "
            f"{known}."
        )
    if owner != backbone:
        raise InputError(
            f"{path}: is {best.name}, the backbone is {backbone}. Set backbone.name to {owner}, or take {known}."
        )
    return best


def published_formats() -> dict[str, tuple[Format, ...]]:
    """The published formats of every backbone that has any."""
    formats = {name: getattr(BACKBONES.module(name), "FORMATS", ()) for name in BACKBONES.names()}
    return {name: forms for name, forms in formats.items() if forms}


def _published_weights(backbone: str) -> dict[str, Tensor]:
    """The weights of a backbone of the published size under our names, which are not filled with numbers."""
    with torch.device("meta"):
        return build(backbone, 2, 3).state_dict()


def _likeness(state: Mapping[str, Tensor], form: Format, own: Mapping[str, Tensor]) -> float:
    """Keys with equal numbers of dimensions that a checkpoint and a format have in common, as a share of all."""
    names = {(name, own[key].dim()) for name, key in form.names(own).items() if not name.endswith(COUNTER)}
    used = [key for key in state if not key.endswith(COUNTER) and not form.is_unused(key)]
    found = {(key, state[key].dim()) for key in used}
    return len(found & names) / len(found | names)


def _for_channels(state: Mapping[str, Tensor], own: Mapping[str, Tensor], form: Format) -> Mapping[str, Tensor]:
    """The weights of a file, of which the first convolution is averaged over the colours for clips without them."""
    name = form.published(form.colours) if form.colours else None
    kernel = state.get(name)
    if kernel is None or kernel.dim() != 4 or not kernel.shape[1] == COLOURS != own[form.colours].shape[1]:
        return state
    log.info("%s starts from the mean over the colours of the file", name)
    return {**state, name: kernel.float().mean(1, keepdim=True).expand(-1, own[form.colours].shape[1], -1, -1)}


def _missing_counters(state: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Published names of the counters, if the file has none at all."""
    return [] if any(key.endswith(COUNTER) for key in state) else [name for name in names if name.endswith(COUNTER)]


def _other_classifier(state: Mapping[str, Tensor], own: Mapping[str, Tensor], form: Format) -> list[str]:
    """The keys of the file's classifier that are left out.

    One of ours is in any case, and every one if the network has none. A published one is if the number of classes
    differs, and nothing else, in both of its weights.
    """
    classifiers = [key for key in own if key.startswith(CLASSIFIERS)]
    keys = {form.published(key): key for key in classifiers or CLASSIFIER}
    if form is OWN or not classifiers:
        return [name for name in keys if name in state]
    shapes = [(_shape(state.get(name)), own[key].shape) for name, key in keys.items()]
    other = all(theirs and theirs[0] != ours[0] and theirs[1:] == ours[1:] for theirs, ours in shapes)
    return list(keys) if other else []


def _check(state: Mapping[str, Any], expected: Mapping[str, Tensor], form: Format, path: Path) -> None:
    faults = {
        "missing": [key for key in expected if key not in state],
        "unexpected": [key for key in state if key not in expected],
        "of another shape": [
            f"{key} {_shape(state[key]) or type(state[key]).__name__} (expected {tuple(value.shape)})"
            for key, value in expected.items()
            if key in state and _shape(state[key]) != value.shape
        ],
    }
    lines = [f"  {kind}: {_listed(keys)}" for kind, keys in faults.items() if keys]
    if lines:
        raise InputError(
            "\n".join((f"{path}: read as {form.name}, it does not fit the network:", *lines))
            + f"\nTake {OWN_REMEDY if form is OWN else PUBLISHED_REMEDY}, a modality with as many channels and, for "
            "what is taken as it is, a vocabulary with as many signs." + (f"\n{form.hint}" if form.hint else "")
        )


def _shape(value: Any) -> tuple[int, ...] | None:
    return tuple(value.shape) if isinstance(value, Tensor) else None


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
    return ", ".join(keys[:SHOWN]) + more
