"""The learning rate of every iteration. It depends on the recipe and on the history only, so that a training that is
resumed goes on with the same rates."""

import math
from collections.abc import Callable, Mapping, Sequence

from signspot.training.recipe import Recipe

History = Sequence[Mapping[str, float]]
"""A row for each whole epoch, as :func:`signspot.training.loop.fit` returns them."""


def rates(recipe: Recipe, history: History, iterations: int) -> list[float]:
    """Learning rates of the epoch that follows.

    Args:
        history: of all epochs before it.
        iterations: batches of the epoch.

    Returns:
        A rate for each iteration.
    """
    share = SCHEDULES[recipe.schedule]
    done = [len(history) + iteration / iterations for iteration in range(iterations)]
    return [recipe.rate * share(recipe, history, epochs) * _warmup(recipe, epochs, iterations) for epochs in done]


def _warmup(recipe: Recipe, epochs: float, iterations: int) -> float:
    """The share of the rate while it rises: at the last iteration of the warm-up, the whole of it."""
    return min((epochs + 1 / iterations) / recipe.warmup, 1) if recipe.warmup else 1


def _steps(recipe: Recipe, history: History, epochs: float) -> float:
    return recipe.factor ** sum(epochs >= step for step in recipe.steps)


def _cosine(recipe: Recipe, history: History, epochs: float) -> float:
    """Cosine annealing without restarts, "SGDR", 2017, https://arxiv.org/abs/1608.03983, equation 5."""
    passed = max(epochs - recipe.warmup, 0) / (recipe.epochs - recipe.warmup)
    return recipe.final_share + (1 - recipe.final_share) * (1 + math.cos(math.pi * passed)) / 2


def _plateau(recipe: Recipe, history: History, epochs: float) -> float:
    best, waited, reductions = -math.inf, 0, 0
    for row in history:
        score = row["validation_accuracy"]
        best, waited = (score, 0) if score > best else (best, waited + 1)
        if waited > recipe.patience:
            waited, reductions = 0, reductions + 1
    return recipe.factor**reductions


SCHEDULES: dict[str, Callable[[Recipe, History, float], float]] = {
    "steps": _steps,
    "cosine": _cosine,
    "plateau": _plateau,
}
"""The share of the rate by recipe, history and number of epochs passed, a fraction within an epoch."""
