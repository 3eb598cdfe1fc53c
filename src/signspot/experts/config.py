"""The configuration of a trained expert on disk, which may come from anybody. No PyTorch here."""

from pathlib import Path
from typing import Any

from signspot.backbones import BACKBONES
from signspot.clips.modalities import MODALITIES
from signspot.errors import DamagedStore, InputError, bare
from signspot.experts.options import check_tta
from signspot.training.config import AGAIN, CONFIG, WEIGHTS, read_config


def read_expert_config(folder: Path) -> dict[str, Any]:
    """The configuration of a trained expert, which may come from anybody; its network can be built.

    Raises:
        InputError: the file is missing, lacks a key, or a value is wrong.
        DamagedStore: it is no JSON object.
    """
    config = read_config(folder, ("expert", "modality", "backbone", "num_classes", "vocabulary", "clip"))
    path = folder / CONFIG
    for registry, block in ((MODALITIES, "modality"), (BACKBONES, "backbone")):
        options = {option: value for option, value in config[block].items() if option != "name"}
        registry.check(config[block]["name"], options, f"{path}: {block} {bare(config[block]['name'])}")
    check_tta(config.get("tta", "none"), config["modality"]["name"], str(path))
    classes, signs = config["num_classes"], len(config["vocabulary"])
    if classes != signs + 1:
        raise InputError(f"{path}: num_classes is {classes}, expected {signs + 1} for {signs} signs. {AGAIN}")
    return config


def expert_beside(weights: Path | str) -> dict[str, Any] | None:
    """The configuration that lies beside the weights of a trained expert of ours; None if the file is another one.

    Raises:
        InputError: as :func:`read_expert_config`, or it is no JSON object.
    """
    weights = Path(weights)
    if weights.name != WEIGHTS or not weights.with_name(CONFIG).exists():
        return None
    try:
        return read_expert_config(weights.parent)
    except DamagedStore as error:
        # It is a file of the user, which nobody else may rename.
        raise InputError(f"{error.path}: {error.reason}. {AGAIN}") from error


def origin_of(weights: Path | str) -> dict[str, Any]:
    """What config.json tells of a file of weights beside its digest: of an expert of ours, its name and its signs.

    Returns:
        ``expert`` and ``signs``, their number; nothing of another file.

    Raises:
        InputError: as :func:`expert_beside`.
    """
    config = expert_beside(weights)
    return {} if config is None else {"expert": config["expert"], "signs": len(config["vocabulary"])}
