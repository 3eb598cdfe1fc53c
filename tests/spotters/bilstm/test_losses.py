"""The losses of the spotting head against the reference's numbers, and their bounds."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from signspot.spotters.bilstm.losses import diou_loss, spotting_loss

IOU_CASES = range(10)
DETECTOR_CASES = range(10)
distances = hnp.arrays(np.float32, (5, 4), elements=st.floats(0, 8, width=32)).map(torch.from_numpy)


@pytest.fixture(scope="module")
def cases(golden: Path) -> dict:
    return json.loads((golden / "loss_cases.json").read_text())


def centre_distance(pred: list[float], target: list[float]) -> float:
    """Squared distance of the centres in lengths of the hull: what DIoU adds to 1 - IoU."""
    (start, end), (true_start, true_end) = pred[:2], target[:2]
    hull = max(start, true_start) + max(end, true_end)
    return ((end - start - true_end + true_start) / 2 / hull) ** 2 if hull else 0.0


@pytest.mark.parametrize("index", IOU_CASES)
def test_diou_is_the_reference(cases: dict, index: int) -> None:
    case = cases["iou_cases"][index]
    loss = diou_loss(torch.tensor(case["pred"]), torch.tensor(case["target"]))
    assert loss.tolist() == pytest.approx(case["loss_none"], rel=1e-5, abs=1e-6)
    assert loss.sum().item() == pytest.approx(case["loss_sum"], rel=1e-5)
    assert loss.sum().item() / max(len(loss), 1) == pytest.approx(case["loss_mean"], rel=1e-5)
    of_centres = [centre_distance(*row) for row in zip(case["pred"], case["target"], strict=True)]
    assert (loss - torch.tensor(of_centres)).tolist() == pytest.approx(case["g_iou_none"], rel=1e-5, abs=1e-6)


def _detector_batch(case: dict, logits: np.ndarray) -> tuple[torch.Tensor, ...]:
    tensors = (logits, np.float32(case["reg"]), np.array(case["label"]), np.float32(case["offset"]))
    return tuple(torch.from_numpy(tensor)[None] for tensor in tensors)


@pytest.mark.parametrize("index", DETECTOR_CASES)
def test_spotting_loss_is_the_reference_where_that_works(cases: dict, golden: Path, index: int) -> None:
    case = cases["detector_cases"][index]
    with np.load(golden / "loss_cases.npz") as arrays:
        logits, offsets, labels, targets = _detector_batch(case, arrays[f"logits_{index:02}"])
    loss = spotting_loss(logits, offsets, labels, targets, torch.ones_like(labels, dtype=torch.bool)).item()
    assert loss == pytest.approx(case["intended_loss"], rel=1e-5)
    assert loss == pytest.approx(case["ce_mean_over_all"] + case["iou_mean_over_positives"], rel=1e-5)
    if case["loss"] is not None:
        assert loss == pytest.approx(case["loss"], rel=1e-5)
    else:
        assert sum(label != 0 for label in case["label"]) == 1, (
            "the reference fails on exactly one sign clip, and only there"
        )


def test_all_reference_cases_are_tried(cases: dict) -> None:
    assert (len(cases["iou_cases"]), len(cases["detector_cases"])) == (len(IOU_CASES), len(DETECTOR_CASES))


def test_padding_has_no_weight() -> None:
    torch.manual_seed(0)
    logits, offsets, targets = torch.randn(2, 6, 5), torch.rand(2, 6, 2), torch.rand(2, 6, 2)
    labels = torch.tensor([[0, 1, 1, 0, 2, 0], [3, 3, 0, 4, 4, 4]])
    mask = torch.arange(6) < torch.tensor([[6], [3]])
    expected = spotting_loss(logits, offsets, labels, targets, mask)
    logits[1, 3:], offsets[1, 3:], targets[1, 3:], labels[1, 3:] = 1e4, 7.0, torch.nan, -1
    assert spotting_loss(logits, offsets, labels, targets, mask) == expected


def test_batch_is_the_mean_over_clips_not_over_videos() -> None:
    torch.manual_seed(0)
    logits, labels = torch.randn(2, 6, 5), torch.zeros(2, 6, dtype=torch.long)
    mask = torch.arange(6) < torch.tensor([[6], [2]])
    loss = spotting_loss(logits, torch.zeros(2, 6, 2), labels, torch.zeros(2, 6, 2), mask)
    valid = torch.cat([logits[0], logits[1, :2]])
    assert loss.item() == pytest.approx(F.cross_entropy(valid, torch.zeros(8, dtype=torch.long)).item())


def test_both_outputs_learn() -> None:
    logits, offsets = torch.zeros(1, 4, 3, requires_grad=True), torch.ones(1, 4, 2, requires_grad=True)
    targets = torch.tensor([[[0.0, 0.0], [0.0, 2.0], [1.0, 1.0], [2.0, 0.0]]])
    spotting_loss(logits, offsets, torch.tensor([[0, 1, 1, 1]]), targets, torch.ones(1, 4, dtype=torch.bool)).backward()
    assert logits.grad.abs().sum(-1).gt(0).all()
    assert offsets.grad.abs().sum(-1)[0].tolist()[0] == 0, "a background clip has no boundaries to learn"
    assert offsets.grad[0, 1, 1] < 0, "too short a distance to the end must grow"


@given(distances)
def test_diou_is_bounded(values: torch.Tensor) -> None:
    loss = diou_loss(values[:, :2], values[:, 2:])
    assert loss.min() >= -1e-6 and loss.max() <= 2


@given(distances)
def test_diou_is_zero_at_equality_and_symmetric(values: torch.Tensor) -> None:
    same = diou_loss(values[:, :2], values[:, :2])
    lengthy = values[:, :2].sum(1) > 1e-6
    assert torch.allclose(same[lengthy], torch.zeros(()), atol=1e-6)
    assert torch.allclose(diou_loss(values[:, :2], values[:, 2:]), diou_loss(values[:, 2:], values[:, :2]), atol=1e-6)
