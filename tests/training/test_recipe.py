"""The options of a training: what is refused, what names an optimiser, and that nothing needs torch to read them."""

import math
import subprocess
import sys
from dataclasses import replace
from typing import get_args, get_type_hints

import pytest
import torch
from torch import nn

from signspot.errors import InputError
from signspot.registry import check_options, options_at
from signspot.training.optimisers import OPTIMISERS, optimiser_of
from signspot.training.recipe import Recipe
from signspot.training.schedules import SCHEDULES

RECIPE = Recipe("adamw", rate=0.05, weight_decay=0.005, epochs=4, batch_size=8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"optimiser": "lion"},
        {"select": "first"},
        {"schedule": "linear"},
        {"precision": "fp16"},
        {"rate": 0},
        {"rate": math.nan},
        {"factor": -1},
        {"epochs": 0},
        {"batch_size": 0},
        {"weight_decay": -1},
        {"workers": -1},
        {"steps": (0, 3)},
        {"steps": ("a",)},
        {"warmup": 4},
        {"mixup": -0.1},
        {"parts": 0},
        {"momentum": 1.0, "optimiser": "sgd"},
        {"momentum": 0.0, "optimiser": "sgd", "nesterov": True},
        {"momentum": 0.5},
        {"nesterov": True},
        {"steps": (2,), "schedule": "cosine"},
        {"factor": 0.5, "schedule": "cosine"},
        {"patience": 3},
        {"patience": -1, "schedule": "plateau"},
        {"final_share": 0.5},
        {"final_share": 2, "schedule": "cosine"},
    ],
)
def test_a_wrong_recipe_names_its_key(wrong: dict) -> None:
    with pytest.raises(InputError, match=rf"training\.{next(iter(wrong))}: is .*expected"):
        replace(RECIPE, **wrong)


def test_an_option_of_another_schedule_is_told() -> None:
    message = r"training\.steps: is \(2,\), expected no value beside schedule cosine, only beside schedule steps"
    with pytest.raises(InputError, match=message):
        replace(RECIPE, steps=[2], schedule="cosine")


def test_the_registry_knows_the_options() -> None:
    known = options_at("signspot.training.recipe:Recipe")
    block = {"optimiser": "sgd", "rate": 0.1, "weight_decay": 3e-4, "epochs": 75, "batch_size": 64}
    check_options(known, block | {"nesterov": True, "steps": [45, 55], "factor": 0.1, "parts": 2}, "training")
    with pytest.raises(InputError, match=r"training\.rat: there is no such option"):
        check_options(known, block | {"rat": 1}, "training")
    with pytest.raises(InputError, match=r"training\.optimiser: is 'lion', expected one of adamw, adam, sgd, radam"):
        check_options(known, block | {"optimiser": "lion"}, "training")


def test_every_name_has_its_meaning() -> None:
    kinds = get_type_hints(Recipe)
    assert set(get_args(kinds["optimiser"])) == OPTIMISERS.keys()
    assert set(get_args(kinds["schedule"])) == SCHEDULES.keys()


def test_a_recipe_is_read_without_torch() -> None:
    code = "import sys, signspot.training.recipe; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("changes", "by_torch"),
    [
        ({}, lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.005)),
        ({"optimiser": "adam"}, lambda p: torch.optim.Adam(p, 0.05, weight_decay=0.005)),
        ({"optimiser": "sgd"}, lambda p: torch.optim.SGD(p, 0.05, 0.9, weight_decay=0.005)),
        (
            {"optimiser": "sgd", "momentum": 0.5, "nesterov": True},
            lambda p: torch.optim.SGD(p, 0.05, 0.5, weight_decay=0.005, nesterov=True),
        ),
        (
            {"optimiser": "radam"},
            lambda p: torch.optim.RAdam(p, 0.05, weight_decay=0.005, decoupled_weight_decay=True),
        ),
    ],
)
def test_an_optimiser_takes_the_steps_of_torch(changes: dict, by_torch) -> None:
    ours, theirs = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))
    pairs = ((optimiser_of([ours], replace(RECIPE, **changes)), ours), (by_torch([theirs]), theirs))
    for number in range(10):
        for optimiser, parameter in pairs:
            optimiser.zero_grad()
            (parameter * torch.tensor([1.0, number, -2.0])).square().sum().backward()
            optimiser.step()
    assert torch.equal(ours, theirs)
    assert not torch.equal(ours, torch.ones(3))


def test_radam_keeps_its_weight_decay_apart_from_the_gradient() -> None:
    """Without a gradient, the weights shrink by rate x decay at each step."""
    parameter = nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimiser = optimiser_of([parameter], replace(RECIPE, optimiser="radam"))
    for _ in range(10):
        parameter.grad = torch.zeros_like(parameter)
        optimiser.step()
    assert parameter.item() == pytest.approx((1 - 0.05 * 0.005) ** 10)
