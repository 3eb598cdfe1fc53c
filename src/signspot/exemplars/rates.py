"""From the strength of a match to the false alarms that matches so strong give, and to a score of 0 … 1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signspot.predictions import score_of_rate

PRIOR_MINUTES = 1.0
"""What is known beforehand counts as much as this much measured material."""
PRIOR_RATE = 6.0
"""False alarms per minute at the strength that a prior names."""


@dataclass(frozen=True)
class Prior:
    """False alarms per minute where nothing was measured: ``PRIOR_RATE`` at ``strength``, e times fewer per ``step``.

    Found on rendered signers with 40 signs; real signers agree within a few tenths.
    """

    strength: float
    step: float


MATCHED, NAMED = Prior(3.7, 1.2), Prior(4.3, 1.0)
"""Of matches alone, and of matches that a network has looked at."""


@dataclass(frozen=True)
class RateCurve:
    """False alarms per minute by strength.

    Args:
        alarms: strengths of the false alarms in material without known signs, any order.
        minutes: length of this material.
        prior: what is known beforehand.
    """

    alarms: Sequence[float]
    minutes: float
    prior: Prior

    def rate(self, strength: np.ndarray) -> np.ndarray:
        """False alarms per minute that are at least so strong, float64; it never rises with the strength."""
        strength = np.asarray(strength, np.float64)
        expected = PRIOR_RATE * np.exp(np.clip((self.prior.strength - strength) / self.prior.step, -50, 10))
        sorted_alarms = np.sort(np.asarray(self.alarms, np.float64))
        measured = len(sorted_alarms) - np.searchsorted(sorted_alarms, strength, side="left")
        return (measured + PRIOR_MINUTES * expected) / (self.minutes + PRIOR_MINUTES)

    def score(self, strength: np.ndarray) -> np.ndarray:
        """The scores of strengths, float32, see :func:`signspot.predictions.score_of_rate`."""
        return score_of_rate(self.rate(strength)).astype(np.float32)
