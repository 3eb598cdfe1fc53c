"""Weights of a trained expert of ours, compared with the expert that starts from them or takes them."""

from collections.abc import Mapping
from typing import Any

from signspot.backbones import BACKBONES
from signspot.clips.modalities import build_modality
from signspot.errors import InputError, bare, shown
from signspot.experts.config import expert_beside
from signspot.plan.settings import ExpertSettings

WITHOUT_WEIGHTS = ("dropout",)
"""Options of backbones that are for trainings alone, and may be others in each."""
BACKBONE, CHANNELS = "backbone.name", "the number of channels of the modality"


def check_own_weights(expert: ExpertSettings, checkpoint: Mapping[str, str] | None, key: str) -> None:
    """Compares backbone and channels of an expert with those of the expert of ours whose weights a file holds.

    Args:
        expert: whose names and options are known to be right.
        checkpoint: ``path`` of the file, which is there; a file of other origin is not looked at.
        key: where it stands in the configuration, for the message.

    Raises:
        InputError: they differ, and the message tells both values; or the config.json beside the file is damaged.
    """
    source = expert_beside(checkpoint["path"]) if checkpoint else None
    if source is None:
        return
    theirs, ours = _network(source["modality"], source["backbone"]), _network(expert.modality, expert.backbone)
    different = [name for name in theirs if name not in ours or theirs[name] != ours[name]]
    if different:
        # Another backbone has other options: there is no use in comparing them.
        told = [BACKBONE] if BACKBONE in different else different
        faults = [f"{name} is {shown(theirs[name])}, here {shown(ours[name])}" for name in told]
        raise InputError(
            f"{key}.path: {checkpoint['path']} holds the weights of the expert {bare(source['expert'])}, a network of "
            f"another form: {'; '.join(faults)}. Set experts.{expert.name} to the same values, or name other weights."
        )


def _network(modality: Mapping[str, Any], backbone: Mapping[str, Any]) -> dict[str, Any]:
    """What tells the form of the weights of an expert, by the words for it."""
    options = {option: value for option, value in backbone.items() if option != "name"}
    completed = BACKBONES.completed(backbone["name"], options)
    return {
        BACKBONE: backbone["name"],
        **{f"backbone.{option}": _listed(completed[option]) for option in completed if option not in WITHOUT_WEIGHTS},
        CHANNELS: build_modality(**modality).channels,
    }


def _listed(value: Any) -> Any:
    """A value as YAML and JSON give it; a default may be a tuple."""
    return list(value) if isinstance(value, tuple) else value
