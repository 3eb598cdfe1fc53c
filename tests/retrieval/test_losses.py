"""The loss of the common space is that of the reference, and so is its gradient."""

import json

import pytest
import torch
from golden_copies import COPIES
from golden_rule import TOLERANCE

from signspot.retrieval.losses import MARGIN, max_margin_loss

CASES = json.loads((COPIES / "ranking_loss_cases.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_loss_and_gradient_are_those_of_the_reference(case: dict) -> None:
    similarity = torch.tensor(case["similarity"], requires_grad=True)
    loss = max_margin_loss(similarity, case["margin"])
    loss.backward()
    expected = torch.tensor(case["gradient"])
    assert loss.item() == pytest.approx(case["loss"], abs=1e-6)
    assert loss.item() != pytest.approx(case["loss_if_the_diagonal_were_counted"], abs=1e-6)
    torch.testing.assert_close(similarity.grad, expected, rtol=0, atol=TOLERANCE * expected.std().item())


def test_the_margin_is_the_published_one() -> None:
    assert MARGIN == 0.2
    similarity = torch.eye(3)
    assert max_margin_loss(similarity).item() == 0
    assert max_margin_loss(0.1 * similarity).item() == pytest.approx(0.1)


def test_texts_and_videos_count_alike() -> None:
    similarity = torch.randn(5, 5, generator=torch.Generator().manual_seed(0))
    assert max_margin_loss(similarity).item() == pytest.approx(max_margin_loss(similarity.T).item())
