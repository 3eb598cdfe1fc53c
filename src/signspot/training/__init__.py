"""Training: one resumable loop for every network.

The package imports no torch, so that a configuration can be read without it: :mod:`signspot.training.run` trains.
"""

from signspot.training.recipe import Recipe

__all__ = ["Recipe"]
