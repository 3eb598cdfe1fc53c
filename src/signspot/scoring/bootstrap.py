"""Confidence intervals by a bootstrap over videos: clips and signs of one video have more in common than others."""

from collections.abc import Callable
from typing import Any

import numpy as np

LEVEL = 0.95
"""Level of the confidence interval."""


def bootstrap(
    counts: np.ndarray, measure: Callable[[np.ndarray], np.ndarray], resamples: int, seed: int
) -> dict[str, Any]:
    """The confidence interval of a measure: percentiles of a bootstrap over videos.

    Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979, https://doi.org/10.1214/aos/1176344552

    Args:
        counts: what each video adds to the m sums that the measure needs, (videos, m).
        measure: the measure of such sums, (m, resamples) -> (resamples,).
        resamples: draws of videos.
        seed: seed of these draws.

    Returns:
        ``level``, ``low``, ``high``, ``resamples`` and ``seed``.
    """
    # A bootstrap sample is a number of copies of each video.
    rng, videos = np.random.default_rng(seed), len(counts)
    sums = np.array([rng.multinomial(videos, np.full(videos, 1 / videos)) @ counts for _ in range(resamples)])
    low, high = np.quantile(measure(sums.T), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {"level": LEVEL, "low": float(low), "high": float(high), "resamples": resamples, "seed": seed}
