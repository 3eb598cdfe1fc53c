"""The optimisers that a recipe names."""

from collections.abc import Callable, Iterable

from torch import nn, optim

from signspot.training.recipe import Recipe

Parameters = Iterable[nn.Parameter]


def _adamw(parameters: Parameters, recipe: Recipe) -> optim.Optimizer:
    return optim.AdamW(parameters, lr=recipe.rate, weight_decay=recipe.weight_decay)


def _adam(parameters: Parameters, recipe: Recipe) -> optim.Optimizer:
    return optim.Adam(parameters, lr=recipe.rate, weight_decay=recipe.weight_decay)


def _sgd(parameters: Parameters, recipe: Recipe) -> optim.Optimizer:
    return optim.SGD(
        parameters,
        lr=recipe.rate,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        weight_decay=recipe.weight_decay,
    )


def _radam(parameters: Parameters, recipe: Recipe) -> optim.Optimizer:
    """RAdam: "On the Variance of the Adaptive Learning Rate and Beyond", 2020, https://arxiv.org/abs/1908.03265."""
    return optim.RAdam(parameters, lr=recipe.rate, weight_decay=recipe.weight_decay, decoupled_weight_decay=True)


OPTIMISERS: dict[str, Callable[[Parameters, Recipe], optim.Optimizer]] = {
    "adamw": _adamw,
    "adam": _adam,
    "sgd": _sgd,
    "radam": _radam,
}


def optimiser_of(parameters: Parameters, recipe: Recipe) -> optim.Optimizer:
    """The optimiser of a recipe, with the recipe's rate."""
    return OPTIMISERS[recipe.optimiser](parameters, recipe)
