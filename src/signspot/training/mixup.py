"""Mixup: a network learns from blends of two examples, and names both.

"mixup: Beyond Empirical Risk Minimization", 2018, https://arxiv.org/abs/1710.09412.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from signspot.training.batches import Batch
from signspot.training.outcome import Outcome, Step


@dataclass(frozen=True)
class Mixture:
    """How the examples of a batch are mixed.

    Args:
        share: of each example itself, 0.5 to 1.
        partners: the examples that it is mixed with, in the form of the batch.
    """

    share: float
    partners: Batch

    def blend(self, own: Tensor, partner: Tensor) -> Tensor:
        """The mixture of two tensors of numbers; of whole numbers, such as lengths, the larger one."""
        if not own.is_floating_point():
            return torch.maximum(own, partner)
        return self.share * own + (1 - self.share) * partner


def draw_mixture(batch: Batch, alpha: float) -> Mixture:
    """A mixture of the examples of a batch, drawn from torch's generator of the CPU: one share, and partners.

    Args:
        alpha: the share is drawn from Beta(alpha, alpha). The larger one of a pair counts as the example's own: the
            blends are the same in all, and an example's own label prevails.
    """
    share = torch.distributions.Beta(alpha, alpha).sample().item()
    partners = torch.randperm(len(batch[0]))
    return Mixture(max(share, 1 - share), [tensor[partners.to(tensor.device)] for tensor in batch])


def mixing_step(inputs: Callable[[Batch], tuple[Tensor, ...]], outcome: Callable[[Any, Batch], Outcome]) -> Step:
    """A step of the loop that can mix: what the network reads is blended, and so are the losses.

    Args:
        inputs: from a batch to the arguments of the network.
        outcome: from what the network returns and a batch to the outcome.
    """

    def step(network: nn.Module, batch: Batch, mixture: Mixture | None = None) -> Outcome:
        if mixture is None:
            return outcome(network(*inputs(batch)), batch)
        blended = map(mixture.blend, inputs(batch), inputs(mixture.partners))
        outputs = network(*blended)
        own, partner = outcome(outputs, batch), outcome(outputs, mixture.partners)
        return own._replace(loss=mixture.blend(own.loss, partner.loss))

    return step
