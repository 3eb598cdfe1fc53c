"""What a step of the training loop takes and gives."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor


class Outcome(NamedTuple):
    """Of one batch: mean loss (scalar), examples that were named rightly (scalar), and examples."""

    loss: Tensor
    correct: Tensor
    examples: int


Step = Callable[..., Outcome]
"""``step(network, batch)`` on the device of the network; ``step(network, batch, mixture)`` if the recipe mixes, see
:func:`signspot.training.mixup.mixing_step`."""
