"""The learning rate of every iteration: exact curves, and torch's own schedulers as oracles."""

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import CosineAnnealingLR, ReduceLROnPlateau

from signspot.training.recipe import Recipe
from signspot.training.schedules import rates

RECIPE = Recipe("sgd", rate=0.1, weight_decay=0, epochs=10, batch_size=8)
ITERATIONS = 4


def curve(recipe: Recipe, scores: list[float] | None = None, iterations: int = ITERATIONS) -> list[list[float]]:
    """Rates of all iterations of each epoch."""
    history = [{"validation_accuracy": score} for score in scores or [math.nan] * recipe.epochs]
    return [rates(recipe, history[:epoch], iterations) for epoch in range(recipe.epochs)]


def flat(curve: list[list[float]]) -> list[float]:
    return list(itertools.chain(*curve))


def optimiser() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RECIPE.rate)


def test_the_published_steps_divide_the_rate_by_five() -> None:
    found = curve(Recipe("adamw", 1e-4, 0.05, epochs=80, batch_size=16, steps=[40, 60]))
    expected = [1e-4] * 40 + [1e-4 * 0.2] * 20 + [1e-4 * 0.2**2] * 20
    assert found == [[rate] * ITERATIONS for rate in expected]


def test_without_steps_the_rate_stays() -> None:
    assert set(flat(curve(RECIPE))) == {0.1}


@pytest.mark.parametrize("final_share", [0.1, 1e-5 / 0.1, 0, 1])
def test_cosine_is_that_of_torch_at_every_iteration(final_share: float) -> None:
    other = optimiser()
    scheduler = CosineAnnealingLR(other, T_max=10 * ITERATIONS, eta_min=0.1 * final_share)
    expected = []
    for _ in range(10 * ITERATIONS):
        expected.append(scheduler.get_last_lr()[0])
        other.step()
        scheduler.step()
    found = flat(curve(replace(RECIPE, schedule="cosine", final_share=final_share)))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert scheduler.get_last_lr()[0] == pytest.approx(0.1 * final_share, abs=1e-12)


def test_cosine_is_that_of_the_reference(golden: Path) -> None:
    """The rates of HS-I3D, https://arxiv.org/abs/2210.00951."""
    facts = json.loads((golden / "hsi3d_training_facts.json").read_text(encoding="utf-8"))["learning_rate"]
    recipe = replace(RECIPE, rate=facts["lr"], epochs=10, schedule="cosine", final_share=0.1)
    found = flat(curve(recipe, iterations=facts["N"] // 10))
    assert [[i, found[i]] for i, _ in facts["iteration_value"]] == [
        [i, pytest.approx(rate, rel=1e-12)] for i, rate in facts["iteration_value"]
    ]


def test_rates_of_stepnet_rise_for_five_epochs_and_fall_to_a_tenth(golden: Path) -> None:
    recipe = Recipe("adamw", 1e-4, 0.1, epochs=100, batch_size=8, schedule="cosine", final_share=0.1, warmup=5)
    found = flat(curve(recipe, iterations=2))
    values = json.loads((golden / "stepnet_pieces.json").read_text(encoding="utf-8"))["learning_rate"]["values"]
    (_, first), *middle, (_, least) = values
    assert first == "1e-4/(5n)" and found[0] == pytest.approx(1e-4 / (5 * 2))
    for epoch, rate in middle:
        assert found[round(2 * epoch)] == pytest.approx(rate)
    assert found[-1] == pytest.approx(least, rel=2e-3)


def test_the_rate_warms_up_by_the_iteration() -> None:
    found = flat(curve(replace(RECIPE, warmup=2, steps=[1, 5])))
    rising = [0.1 * number / 8 for number in range(1, 9)]
    after = [1] * 4 + [0.2] * 16 + [0.04] * 20
    assert found == pytest.approx([rate * share for rate, share in zip([*rising, *[0.1] * 32], after, strict=True)])


def test_the_cosine_follows_the_warm_up() -> None:
    found = flat(curve(replace(RECIPE, warmup=2, schedule="cosine")))
    assert found[:8] == pytest.approx([0.1 * number / 8 for number in range(1, 9)])
    plain = flat(curve(replace(RECIPE, epochs=8, schedule="cosine")))
    assert found[8:] == pytest.approx(plain)


@given(st.lists(st.integers(0, 5), min_size=12, max_size=12), st.integers(0, 3))
def test_plateau_is_that_of_torch(scores: list[int], patience: int) -> None:
    other = optimiser()
    scheduler = ReduceLROnPlateau(other, mode="max", factor=0.3, patience=patience, threshold=0)
    expected = []
    for score in scores:
        expected.append(other.param_groups[0]["lr"])
        scheduler.step(score)
    recipe = replace(RECIPE, epochs=12, schedule="plateau", factor=0.3, patience=patience)
    found = curve(recipe, [score / 5 for score in scores])
    assert [epoch[0] for epoch in found] == pytest.approx(expected)
    assert all(len(set(epoch)) == 1 for epoch in found)
