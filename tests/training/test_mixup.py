"""Mixup: what a network reads and what it is told are blended in one share for the whole batch."""

import pytest
import torch
from torch import Tensor, nn

from signspot.training.mixup import Mixture, draw_mixture, mixing_step
from signspot.training.outcome import Outcome


def outcome(logits: Tensor, batch: list[Tensor]) -> Outcome:
    labels = batch[-1]
    loss = nn.functional.cross_entropy(logits, labels)
    return Outcome(loss, (logits.argmax(1) == labels).sum(), len(labels))


def batch() -> list[Tensor]:
    return [torch.arange(12.0).reshape(4, 3), torch.tensor([0, 1, 2, 1])]


def test_partners_are_the_examples_of_the_batch() -> None:
    torch.manual_seed(0)
    points, labels = batch()
    mixture = draw_mixture([points, labels], 1.0)
    assert 0.5 <= mixture.share <= 1
    order = mixture.partners[0][:, 0].argsort()
    assert torch.equal(mixture.partners[0][order], points)
    assert torch.equal(mixture.partners[1][order], labels)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_the_shares_come_from_a_beta_distribution(alpha: float) -> None:
    """Its second moment about the middle, which does not see that the larger share is taken: 1 / (4 (2 alpha + 1))."""
    torch.manual_seed(0)
    shares = torch.tensor([draw_mixture(batch(), alpha).share for _ in range(4000)])
    assert (shares - 0.5).square().mean().item() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.06)


def test_the_seed_decides() -> None:
    drawn = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        drawn.append(draw_mixture(batch(), 1.0))
    assert drawn[0].share == drawn[1].share != drawn[2].share
    assert torch.equal(drawn[0].partners[0], drawn[1].partners[0])


def test_inputs_and_losses_are_blended() -> None:
    torch.manual_seed(0)
    network = nn.Linear(3, 3)
    points, labels = batch()
    mixture = Mixture(0.7, [points.flip(0), labels.flip(0)])
    found = mixing_step(lambda batch: (batch[0],), outcome)(network, batch(), mixture)
    logits = network(0.7 * points + 0.3 * points.flip(0))
    own, partner = (nn.functional.cross_entropy(logits, each) for each in (labels, labels.flip(0)))
    torch.testing.assert_close(found.loss, 0.7 * own + 0.3 * partner)
    assert found.correct == (logits.argmax(1) == labels).sum()


def test_of_lengths_the_larger_one_counts() -> None:
    assert Mixture(0.7, []).blend(torch.tensor([1, 5]), torch.tensor([3, 2])).tolist() == [3, 5]


def test_without_a_mixture_nothing_is_blended() -> None:
    network = nn.Linear(3, 3)
    found = mixing_step(lambda batch: (batch[0],), outcome)(network, batch())
    assert torch.equal(found.loss, outcome(network(batch()[0]), batch()).loss)
