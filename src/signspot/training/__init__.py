"""Training: one resumable loop for every network, and the two rounds of an expert."""

from signspot.training.experts import Expert, ExpertConfig, accuracy, import_expert, load_expert, train_round
from signspot.training.loop import Outcome, Recipe, fit

__all__ = [
    "Expert",
    "ExpertConfig",
    "Outcome",
    "Recipe",
    "accuracy",
    "fit",
    "import_expert",
    "load_expert",
    "train_round",
]
