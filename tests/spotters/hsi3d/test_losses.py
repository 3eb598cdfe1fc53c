"""The targets and the loss of HS-I3D against the reference's numbers, with gradients and mixup."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from signspot.spotters.hsi3d.losses import hierarchical_loss, level_targets, multi_hot_loss
from signspot.training.mixup import Mixture, mixing_step
from signspot.training.outcome import Outcome

LEVELS = ("x4", "x8", "x16", "x32", "x")
LOSS_CASES = range(6)


def background_first(array: np.ndarray) -> Tensor:
    """The reference has the background in the last column."""
    return torch.from_numpy(np.roll(array, 1, -1).astype(np.float32))


def case_of(golden: Path, index: int) -> tuple[dict, Tensor, list[Tensor], list[Tensor]]:
    """A case, its frame targets, and logits and gradients of its levels."""
    case = json.loads((golden / "hsi3d_loss_cases.json").read_text(encoding="utf-8"))["cases"][index]
    with np.load(golden / "hsi3d_loss_cases.npz") as arrays:
        frames = background_first(arrays[f"case{index}_targets"])
        logits, gradients = (
            [background_first(arrays[f"case{index}_{what}_{level}"]) for level in LEVELS] for what in ("logits", "grad")
        )
    return case, frames, logits, gradients


def blended(case: dict, levels: list[Tensor], frames: Tensor) -> Tensor:
    """The loss of a case in the training's own step: what the network gives is known, only losses are blended."""
    step = mixing_step(
        lambda batch: (torch.zeros(1),), lambda _, batch: Outcome(multi_hot_loss(levels, batch[0]), torch.zeros(()), 1)
    )
    if case["mixup"] is None:
        return step(torch.nn.Identity(), [frames]).loss
    mixture = Mixture(case["mixup"]["lambda"], [frames[case["mixup"]["partner"]]])
    return step(torch.nn.Identity(), [frames], mixture).loss


@pytest.mark.parametrize("index", LOSS_CASES)
def test_loss_and_gradients_are_the_reference(golden: Path, index: int) -> None:
    case, frames, logits, gradients = case_of(golden, index)
    for level in logits:
        level.requires_grad_()
    loss = blended(case, logits, frames)
    assert loss.item() == pytest.approx(case["loss"], rel=1e-6)
    loss.backward()
    for level, expected in zip(logits, gradients, strict=True):
        assert (level.grad - expected).abs().max() <= 1e-4 * expected.std()


@pytest.mark.parametrize("index", LOSS_CASES)
def test_every_level_is_the_reference(golden: Path, index: int) -> None:
    case, frames, logits, _ = case_of(golden, index)
    for name, level in zip(LEVELS, logits, strict=True):
        assert blended(case, [level], frames).item() == pytest.approx(case["loss_per_level"][name], rel=1e-6)


def test_frames_of_one_sign_each_have_the_loss_of_their_labels(golden: Path) -> None:
    found = 0
    for index in LOSS_CASES:
        case, frames, logits, _ = case_of(golden, index)
        if case["mixup"] is None and (frames.sum(-1) == 1).all():
            found += 1
            assert hierarchical_loss(logits, frames.argmax(-1)).item() == pytest.approx(case["loss"], rel=1e-6)
    assert found == 3


def test_a_background_in_another_column_shows(golden: Path) -> None:
    case, frames, logits, _ = case_of(golden, 1)
    wrong = multi_hot_loss([level.roll(-1, -1) for level in logits], frames.roll(-1, -1))
    assert abs(wrong.item() - case["loss"]) > 0.01


def test_targets_as_in_the_reference(golden: Path) -> None:
    reference = json.loads((golden / "hsi3d_target_cases.json").read_text(encoding="utf-8"))
    classes = reference["classes"] + 1
    for case in reference["cases"]:
        frames = torch.zeros(1, 32, classes)
        for first, last, class_id in case["signs_first_last_class"]:
            begin, end = (frame - case["window_start"] for frame in (max(first, case["window_start"]), last + 1))
            frames[0, begin : max(end, 0), class_id + 1] = 1
        for level, found in case["published" if case["same_as_intended"] else "intended"].items():
            expected = torch.zeros(1, int(level), classes)
            for first, last, shown in found:
                expected[0, first : last + 1, [(one + 1) % classes for one in shown]] = 1
            assert torch.equal(level_targets(frames, int(level)), expected), (case["name"], level)


@given(st.lists(st.lists(st.integers(0, 4), min_size=16, max_size=16), min_size=1, max_size=3))
def test_a_cell_shows_the_signs_of_its_frames_or_else_the_background(windows: list[list[int]]) -> None:
    frames = torch.nn.functional.one_hot(torch.tensor(windows), 5).float()
    for steps in (1, 2, 4, 8, 16):
        shown = [[set(cell) - {0} or {0} for cell in np.reshape(labels, (steps, -1)).tolist()] for labels in windows]
        expected = [[[float(label in cell) for label in range(5)] for cell in cells] for cells in shown]
        assert level_targets(frames, steps).tolist() == expected


def test_levels_must_divide_the_window() -> None:
    with pytest.raises(RuntimeError, match="unflatten"):
        hierarchical_loss([torch.zeros(1, 5, 3)], torch.zeros(1, 32, dtype=torch.int64))
    # Half precision is no reason for a coarse loss.
    assert hierarchical_loss([torch.zeros(1, 4, 3).bfloat16()], torch.zeros(1, 32).long()).dtype == torch.float32


def test_the_share_of_mixup_may_be_that_of_the_partner(golden: Path) -> None:
    """Ours is the larger share: an example whose share is smaller is the partner of its partner."""
    cases = json.loads((golden / "hsi3d_training_facts.json").read_text(encoding="utf-8"))["mixup"]["cases"]
    assert [case["lambda"] for case in cases] == [0.25, 1.0, 0.6]
    for case in cases:
        own, partner = torch.tensor(case["x"]), torch.tensor(case["x"])[case["partner"]]
        if case["lambda"] < 0.5:
            own, partner = partner, own
        share = max(case["lambda"], 1 - case["lambda"])
        torch.testing.assert_close(Mixture(share, []).blend(own, partner), torch.tensor(case["mixed"]))
