"""How a network is trained: the options of every ``training`` block of a configuration."""

import math
from dataclasses import dataclass
from typing import Literal, get_args, get_origin, get_type_hints

from signspot.errors import InputError


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Args:
        optimiser: AdamW (weight decay apart from the gradient) or Adam (weight decay in the gradient).
        rate: learning rate of the first epoch.
        steps: epochs after which the rate is multiplied by ``factor``.
        select: the weights kept: of the ``last`` epoch, or of the ``best`` one, see :func:`signspot.training.loop.fit`.
            A run gives it, not a block.
        precision: ``auto``, ``fp32`` or ``bf16``, see :func:`signspot.compute.devices.autocast`.
        workers: processes that load batches; 0 loads them in this one.
        in_memory: clips of an expert stay in memory after the first epoch, see :class:`signspot.clips.ClipDataset`.

    Raises:
        InputError: a value is out of range.
    """

    optimiser: Literal["adamw", "adam"]
    rate: float
    weight_decay: float
    epochs: int
    steps: tuple[int, ...]
    batch_size: int
    factor: float = 0.2
    select: Literal["best", "last"] = "last"
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    workers: int = 0
    in_memory: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        for key, kind in get_type_hints(Recipe).items():
            choices = get_args(kind) if get_origin(kind) is Literal else ()
            if choices and getattr(self, key) not in choices:
                raise self._wrong(key, f"one of {', '.join(choices)}")
        for key, least in (("weight_decay", 0), ("epochs", 1), ("batch_size", 1), ("workers", 0)):
            if not least <= getattr(self, key) < math.inf:
                raise self._wrong(key, f"{least} or more")
        for key in ("rate", "factor"):
            if not 0 < getattr(self, key) < math.inf:
                raise self._wrong(key, "a number above 0")

    def _wrong(self, key: str, expected: str) -> InputError:
        return InputError(f"training.{key}: is {getattr(self, key)!r}, expected {expected}. Correct the value.")

    def rate_of(self, epoch: int) -> float:
        """Learning rate of an epoch; the first epoch is 1."""
        return self.rate * self.factor ** sum(epoch > step for step in self.steps)
