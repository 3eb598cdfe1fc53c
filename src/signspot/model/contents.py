"""What a model takes from the runs of a corpus."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from signspot.corpus.names import check_names
from signspot.errors import InputError
from signspot.files import read_object
from signspot.stores import RunFiles
from signspot.training.store import read_config


@dataclass
class Contents:
    """The networks of a model, by key (``<run>.<name>``).

    Args:
        spotters: kind, experts, of and modality by key; each comes after those that it reads.
        spotter_folders, expert_folders: in the results.
        modalities: of the experts.
    """

    spotters: dict[str, dict[str, Any]] = field(default_factory=dict)
    spotter_folders: dict[str, Path] = field(default_factory=dict)
    expert_folders: dict[str, Path] = field(default_factory=dict)
    modalities: dict[str, str] = field(default_factory=dict)

    @property
    def all_modalities(self) -> list[str]:
        """Names of the modalities of experts and of spotters that read stores themselves."""
        own = [part["modality"] for part in self.spotters.values() if part["modality"] is not None]
        return [*self.modalities.values(), *own]

    def add_expert(self, runs: Path, expert: str, about: Mapping[str, Any]) -> str:
        """Adds an expert after its last training; returns its key.

        Args:
            runs: folder of all runs.
            expert: its name.
            about: what a run tells about it: ``run``, the one that trained it, and number of ``trainings``.

        Raises:
            InputError: it is not there, or its configuration cannot be read.
        """
        check_names([about["run"], expert, str(about["trainings"])], "provenance.json")
        key = f"{about['run']}.{expert}"
        folder = RunFiles(runs / about["run"]).expert(expert, str(about["trainings"]))
        if not folder.is_dir():
            raise InputError(
                f"{folder}: is not there. A run whose features were published has no networks of its experts, and "
                f"cannot be exported; otherwise call snakemake again, which finishes {runs / about['run']}."
            )
        config = read_config(folder, ("expert", "modality", "clip", "vocabulary"))
        self.expert_folders[key], self.modalities[key] = folder, config["modality"]["name"]
        return key


@dataclass(frozen=True)
class Taken:
    """All that is told of a model in model.json and taken from a run.

    Args:
        contents: its networks.
        task: the keys that tell what it does with them.
        stream: ``spotter`` or ``recogniser``, and its name in the run, for the provenance.
        scores: on the test videos; None: they have no annotations.
        network: folder of one of the networks, which tells vocabulary and versions.
    """

    contents: Contents
    task: Mapping[str, Any]
    stream: Mapping[str, str]
    scores: Mapping[str, Any] | None
    network: Path


def told_about(run: Path, kind: str, name: str) -> dict[str, Any]:
    """What a run tells about one of its spotters or experts; members may be of a run that was planned anew since.

    Raises:
        InputError: the run does not tell of it.
    """
    path = RunFiles(run).provenance
    about = read_object(path, [kind])[kind]
    if name not in about:
        raise InputError(
            f"{path}: {kind}.{name} is missing, which the model needs. Delete the file and call snakemake again, "
            f"which finishes {run}."
        )
    return about[name]


def spread(values: Iterable[float]) -> dict[str, Any]:
    """Scores of signers without their names: ``count``, and ``least``, ``median`` and ``largest``, if there are any."""
    values = list(values)
    found = {"least": min(values), "median": median(values), "largest": max(values)} if values else {}
    return {"count": len(values), **found}
