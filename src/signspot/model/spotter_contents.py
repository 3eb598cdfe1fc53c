"""A spotter of a run, with all that it reads, for a model."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from signspot.corpus.names import check_names
from signspot.decoders.tuning import read_parameters
from signspot.errors import InputError
from signspot.files import read_object
from signspot.model.contents import Contents, Taken, spread, told_about
from signspot.stores import RunFiles
from signspot.training.store import read_config

SCORES = ("official", "strict", "per_sign", "confidence_interval", "videos")
"""What is kept of its scores as it is."""


def take_spotter(run: Path, spotter: str | None) -> Taken:
    """A spotter with its experts and members.

    Args:
        run: folder of the run.
        spotter: None: the one whose spottings are those of the run.

    Raises:
        InputError: there is no such spotter, or what it reads has changed since.
    """
    told = read_object(RunFiles(run).provenance, ["spotter", "spotters"])
    name = spotter or told["spotter"]
    if name not in told["spotters"]:
        known = ", ".join(told["spotters"]) or "none"
        raise InputError(f"--spotter {name}: is no spotter of {run}. Expected one of {known}.")
    contents = Contents()
    leading = _collect(run.parent, run.name, name, contents)
    decoders = _decoders(RunFiles(run), name, told["spotters"][name]["decoders"])
    decoder = next(iter(decoders))
    scores = RunFiles(run).decoded_scores(name, decoder)
    return Taken(
        contents,
        {"spotter": leading, "spotters": contents.spotters, "decoder": decoder, "decoders": decoders},
        {"spotter": name},
        _without_names(read_object(scores, [*SCORES, "per_signer"])) if scores.is_file() else None,
        contents.spotter_folders[leading],
    )


def _collect(runs: Path, run: str, spotter: str, contents: Contents) -> str:
    """Adds a spotter, and before it all that it reads; returns its key."""
    key = f"{run}.{spotter}"
    if key in contents.spotters:
        return key
    check_names([run, spotter], RunFiles(runs / run).provenance)
    about, folder = told_about(runs / run, "spotters", spotter), RunFiles(runs / run).spotter(spotter)
    members = (member.partition("/") for member in about["of"])
    of = [_collect(runs, of_run, name, contents) for of_run, _, name in members]
    fitted = read_config(folder, ("spotter", "kind", "vocabulary"))
    _check_members(folder, fitted, [contents.spotter_folders[member] for member in of])
    experts = [
        contents.add_expert(runs, expert, told_about(runs / run, "experts", expert)) for expert in about["experts"]
    ]
    _check_experts(folder, fitted, dict(zip(about["experts"], map(contents.expert_folders.get, experts), strict=True)))
    contents.spotter_folders[key] = folder
    modality = about["modality"] and about["modality"]["name"]
    contents.spotters[key] = {"kind": about["kind"], "experts": experts, "of": of, "modality": modality}
    return key


def _check_members(folder: Path, fitted: Mapping[str, Any], members: Sequence[Path]) -> None:
    """The members of an ensemble are those that it was fitted to."""
    digests = [read_config(member, ("spotter",))["weights_sha256"] for member in members]
    if [one["weights_sha256"] for one in fitted.get("members", [])] != digests:
        raise InputError(
            f"{folder}: its members have changed since the ensemble was fitted. Delete the folder and call snakemake "
            "again, which fits the ensemble anew."
        )


def _check_experts(folder: Path, fitted: Mapping[str, Any], experts: Mapping[str, Path]) -> None:
    """The experts are those that the spotter was fitted to."""
    digests = {one["name"]: one["weights_sha256"] for one in fitted.get("experts", [])}
    for name, expert in experts.items():
        if read_config(expert, ())["weights_sha256"] != digests.get(name):
            raise InputError(
                f"{expert}: expert {name} has changed since the spotter was fitted. Delete {folder} and call "
                "snakemake again, which fits the spotter anew."
            )


def _decoders(run: RunFiles, spotter: str, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The options of the decoders of a spotter, as they were tuned, the leading decoder first."""
    check_names(names, run.provenance)
    return {name: dict(read_parameters(run.decoder(spotter, name)).options) for name in names}


def _without_names(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Scores as a model tells them: of the signers, only how far their F1 spread."""
    f1 = spread(signer["f1"] for signer in scores["per_signer"].values() if signer["truth"])
    count = f1.pop("count")
    return {key: scores[key] for key in SCORES} | {"signers": {"count": count, "f1": f1 or None}}
