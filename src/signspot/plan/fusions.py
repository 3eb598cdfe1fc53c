"""Sums of recognisers in a configuration, checked before anything runs."""

from signspot.errors import InputError
from signspot.plan.runs import Run
from signspot.plan.settings import FusionSettings
from signspot.recognition.fusion import TUNE, check_count


def check_fusions(run: Run) -> None:
    """Checks the sums of recognisers of a run.

    Raises:
        InputError: a name is unknown or taken, an expert has no network, there are not as many weights as experts, or
            weights are to be tuned without validation videos or on too many experts.
    """
    for fusion in run.fusions.values():
        key = f"fusions.{fusion.name}"
        if fusion.name in run.experts:
            raise InputError(f"{key}: is the name of an expert too, whose files it would replace. Rename one of both.")
        _check_experts(run, fusion, key)
        _check_weights(run, fusion, key)


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
        check_count(fusion.experts)
