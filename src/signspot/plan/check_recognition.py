"""What a configuration tells about the recognition of single signs, checked before anything runs."""

from collections.abc import Mapping
from typing import Any

from signspot.clips.modalities import MODALITIES
from signspot.errors import InputError
from signspot.plan.check import check_modality
from signspot.plan.runs import NEAREST, Run
from signspot.plan.settings import FusionSettings
from signspot.recognition.fusion import TUNE, check_count


def check_recognition(run: Run) -> None:
    """Checks the sums of recognisers of a run, and the modality of the nearest clips.

    Raises:
        InputError: a name is unknown or taken, an expert has no network, there are not as many weights as experts, or
            weights are to be tuned without validation videos or on too many experts; or the nearest clips are to be
            found by another modality than a skeleton.
    """
    if run.nearest is not None:
        _check_nearest(run, run.nearest)
    for fusion in run.fusions.values():
        key = f"fusions.{fusion.name}"
        if fusion.name in run.alone:
            raise InputError(f"{key}: is the name of a recogniser too, whose files it would replace. Rename it.")
        _check_experts(run, fusion, key)
        _check_weights(run, fusion, key)


def _check_nearest(run: Run, modality: Mapping[str, Any]) -> None:
    key = f"recognition.{NEAREST}"
    name = check_modality(modality, key)
    if MODALITIES.fact(name, "GIVES") != "skeleton":
        raise InputError(f"{key}.name: is {name}, expected a modality that gives skeletons. Set it to skeleton.")
    if NEAREST in run.recognisers:
        raise InputError(f"experts.{NEAREST}: is the name of what the nearest clips say too. Rename the expert.")
    if not run.of("train"):
        raise InputError(f"{key}: needs training videos, and the run {run.name} has none. Add runs.{run.name}.train.")


def _check_experts(run: Run, fusion: FusionSettings, key: str) -> None:
    for name in fusion.experts:
        if name not in run.experts:
            known = ", ".join(run.experts) or "none"
            raise InputError(f"{key}.experts: there is no expert {name!r}; there are {known}. Correct the name.")
        if run.experts[name].origin == "features":
            raise InputError(
                f"{key}.experts: {name} has published features, and no network that names signs. Name an expert with "
                "training or trained."
            )


def _check_weights(run: Run, fusion: FusionSettings, key: str) -> None:
    if not isinstance(fusion.weights, str):
        if len(fusion.weights) != len(fusion.experts) or not any(fusion.weights):
            raise InputError(
                f"{key}.weights: are {', '.join(map(str, fusion.weights))}, expected {len(fusion.experts)} numbers, "
                f"one for each of {', '.join(fusion.experts)}, not all 0. Correct the list."
            )
        return
    if fusion.weights == TUNE:
        if not run.of("validation"):
            raise InputError(
                f"{key}.weights: {TUNE} needs validation videos, and the run {run.name} has none. Add "
                f"runs.{run.name}.validation, or give weights."
            )
        both = sorted(set(run.of("validation")) & set(run.of("test")))
        if both:
            raise InputError(
                f"{key}.weights: {TUNE} would search on {both[0]}, which the run {run.name} tests. Weights tuned on "
                "test clips flatter a sum: name other validation videos, or give weights."
            )
        check_count(fusion.experts)
