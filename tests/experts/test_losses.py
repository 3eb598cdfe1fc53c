"""Losses against the reference, with their gradients."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from signspot.experts.losses import step_losses, summed_cross_entropy


def cases(golden: Path, name: str) -> list[dict]:
    return json.loads((golden / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def test_the_loss_of_stepnet_is_the_sum_over_its_parts(golden: Path) -> None:
    for case in cases(golden, "stepnet_loss_cases"):
        logits = {part: torch.tensor(numbers) for part, numbers in case["logits"].items()}
        loss = summed_cross_entropy(logits.values(), torch.tensor(case["label"]))
        assert loss.item() == pytest.approx(case["loss"], rel=1e-6)


def test_a_single_cross_entropy_is_that_of_torch_bit_by_bit() -> None:
    logits, labels = torch.randn(6, 4, requires_grad=True), torch.tensor([0, 1, 2, 3, 0, 1])
    weights = torch.rand(4)
    losses = [
        summed_cross_entropy([logits], labels, weights, 0.1),
        F.cross_entropy(logits, labels, weights, label_smoothing=0.1),
    ]
    gradients = [torch.autograd.grad(loss, logits)[0] for loss in losses]
    assert torch.equal(*losses) and torch.equal(*gradients)


def s3d_cases(golden: Path) -> list[tuple[dict, Tensor, np.ndarray]]:
    arrays = np.load(golden / "s3d_loss_cases.npz")
    return [
        (case, torch.from_numpy(arrays[f"case{i}_step_logits"]).requires_grad_(), arrays[f"case{i}_gradient"])
        for i, case in enumerate(cases(golden, "s3d_loss_cases"))
    ]


def test_losses_of_steps_are_those_of_the_reference(golden: Path) -> None:
    for case, logits, gradient in s3d_cases(golden):
        losses = step_losses(logits, torch.tensor(case["label"]), case["frames"])
        found = {"location": losses.location, "classification": losses.classification, "loss": losses.mean}
        for name, loss in found.items():
            assert loss.item() == pytest.approx(case[name], rel=1e-6), name
        losses.mean.backward()
        np.testing.assert_allclose(logits.grad.numpy(), gradient, rtol=1e-4, atol=1e-7)
