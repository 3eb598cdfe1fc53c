"""A recogniser of a run, or a sum of several, for a model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signspot.corpus.names import check_names
from signspot.errors import InputError
from signspot.files import read_object
from signspot.model.contents import Contents, Taken, spread, told_about
from signspot.recognition import read_accuracy, read_fusion
from signspot.recognition.fusion import PLAIN, TUNE, weights_of
from signspot.recognition.store import read_weights_digest
from signspot.stores import RunFiles
from signspot.training.store import read_config

STREAMS = ("recognisers", "fusions")
"""What a run tells of all that names single signs."""


def take_recogniser(run: Path, recogniser: str | None) -> Taken:
    """A recogniser, or all those of a sum that have a weight in it.

    Args:
        run: folder of the run.
        recogniser: an expert that names single signs, or a fusion; None: the first fusion, else the first recogniser.

    Raises:
        InputError: there is no such recogniser, or an expert has changed since its signs were scored.
    """
    files = RunFiles(run)
    told = read_object(files.provenance, STREAMS)
    streams = [*told["fusions"], *told["recognisers"]]
    if not streams:
        raise InputError(f"{run}: has neither a spotter nor a recogniser. Give it one, and call snakemake again.")
    name = recogniser or streams[0]
    if name not in streams:
        raise InputError(f"--recogniser {name}: is no recogniser of {run}. Expected one of {', '.join(streams)}.")
    check_names([name], files.provenance)
    weights = _weights(files, name, told["fusions"].get(name))
    contents = Contents()
    keys = {
        expert: contents.add_expert(run.parent, expert, told_about(run, "experts", expert))
        for expert, weight in weights.items()
        if weight
    }
    for expert, key in keys.items():
        _check_unchanged(files, expert, contents.expert_folders[key])
    accuracy = files.recognition_accuracy(name)
    return Taken(
        contents,
        {"recognisers": {key: weights[expert] for expert, key in keys.items()}},
        {"recogniser": name},
        _without_names(read_accuracy(accuracy)) if accuracy.is_file() else None,
        next(iter(contents.expert_folders.values())),
    )


def _weights(files: RunFiles, name: str, fusion: Mapping[str, Any] | None) -> dict[str, float]:
    """The weight of each expert of a recogniser or a sum; fusion.json tells those that were tuned."""
    if fusion is None:
        return {name: 1.0}
    experts, weights = fusion["experts"], fusion["weights"]
    if weights == TUNE:
        return weights_of(read_fusion(files.fusion), name)
    return dict(zip(experts, [1.0] * len(experts) if weights == PLAIN else weights, strict=True))


def _check_unchanged(files: RunFiles, expert: str, folder: Path) -> None:
    """What the run says of the test clips, if it has any, comes from this expert."""
    said = files.logits(expert, "test")
    if said.is_file() and read_weights_digest(said) != read_config(folder, ())["weights_sha256"]:
        raise InputError(
            f"{folder}: expert {expert} has changed since it named the signs of the test videos. Delete {said} and "
            "call snakemake again, which makes it anew."
        )


def _without_names(accuracy: Mapping[str, Any]) -> dict[str, Any]:
    """The accuracy as a model tells it: of the signers, only how far the share of their clips named rightly spreads."""
    best = next(iter(accuracy["per_instance"]))
    shares = spread(signer[best] for signer in accuracy["per_signer"].values() if signer["clips"])
    return {key: value for key, value in accuracy.items() if key != "per_signer"} | {"signers": shares}
