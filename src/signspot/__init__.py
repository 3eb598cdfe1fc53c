"""signspot finds the signs of a vocabulary in continuous sign-language video: which sign, from when to when.

What a notebook needs is here; each name is imported when it is used.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signspot.errors import InputError, SignspotError
    from signspot.evaluation.score import score
    from signspot.model.in_process import spot
    from signspot.pose.store import Poses, read_poses
    from signspot.predictions import Predictions, read_predictions
    from signspot.spottings import read_spottings, write_spottings

__all__ = [
    "InputError",
    "Poses",
    "Predictions",
    "SignspotError",
    "read_poses",
    "read_predictions",
    "read_spottings",
    "score",
    "spot",
    "write_spottings",
]
__version__ = version("signspot")

_MODULES = {
    "InputError": "errors",
    "Poses": "pose.store",
    "Predictions": "predictions",
    "SignspotError": "errors",
    "read_poses": "pose.store",
    "read_predictions": "predictions",
    "read_spottings": "spottings",
    "score": "evaluation.score",
    "spot": "model.in_process",
    "write_spottings": "spottings",
}
"""Where each name lies. It is not imported here, because that takes seconds, and every command imports this module."""


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
