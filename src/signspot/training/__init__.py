"""Training: one resumable loop for every network, and the two rounds of an expert."""

from signspot.training.experts import Expert, ExpertConfig, accuracy, load_expert, train_round
from signspot.training.loop import Outcome, Recipe, fit

__all__ = ["Expert", "ExpertConfig", "Outcome", "Recipe", "accuracy", "fit", "load_expert", "train_round"]
