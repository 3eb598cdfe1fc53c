"""Training: one resumable loop for every network."""

from signspot.training.loop import Outcome, Recipe, fit

__all__ = ["Outcome", "Recipe", "fit"]
