"""How a network is trained: the options of every ``training`` block of a configuration."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args, get_origin, get_type_hints

from signspot.errors import InputError

NEEDS = {
    "momentum": ("optimiser", ("sgd",)),
    "nesterov": ("optimiser", ("sgd",)),
    "steps": ("schedule", ("steps",)),
    "factor": ("schedule", ("steps", "plateau")),
    "patience": ("schedule", ("plateau",)),
    "final_share": ("schedule", ("cosine",)),
}
"""Options that mean something only beside certain values of another option."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Args:
        optimiser: Adam and SGD add the weight decay to the gradient; AdamW and RAdam keep it apart.
        rate: the highest learning rate.
        weight_decay: how strongly weights are pulled towards 0.
        epochs: how often the training goes through its examples.
        batch_size: examples of a step of the optimiser.
        momentum: of SGD.
        nesterov: whether SGD looks ahead, Nesterov's way.
        schedule: how the rate falls. ``steps``: times ``factor`` after each epoch of ``steps``. ``cosine``: at each
            iteration, along half a cosine down to ``final_share`` of the rate. ``plateau``: times ``factor`` after more
            than ``patience`` epochs in which the validation accuracy was not higher than ever before.
        steps: epochs after which the schedule ``steps`` lowers the rate.
        factor: by which the schedules ``steps`` and ``plateau`` multiply the rate.
        patience: epochs for which the schedule ``plateau`` waits.
        final_share: of the rate, with which the schedule ``cosine`` ends.
        warmup: epochs at the start in which the rate rises from 0, the same at each iteration; the cosine follows them.
        mixup: each example is mixed with another one, in a share from Beta(mixup, mixup); 0: not. See
            :mod:`signspot.training.mixup`.
        parts: a batch goes through the network in so many parts, so that memory holds one part only. Only batch
            normalisation and random numbers tell it from a whole batch.
        select: the weights kept: of the ``last`` epoch, or of the ``best`` one, see :func:`signspot.training.loop.fit`.
            A run gives it, not a block.
        precision: ``auto``, ``fp32`` or ``bf16``, see :func:`signspot.compute.devices.autocast`.
        workers: processes that load batches; 0 loads them in this one.
        in_memory: clips of an expert stay in memory after the first epoch, see
            :class:`signspot.clips.dataset.ClipDataset`.

    Raises:
        InputError: a value is out of range, or goes with another optimiser or schedule.
    """

    optimiser: Literal["adamw", "adam", "sgd", "radam"]
    rate: float
    weight_decay: float
    epochs: int
    batch_size: int
    momentum: float = 0.9
    nesterov: bool = False
    schedule: Literal["steps", "cosine", "plateau"] = "steps"
    steps: Sequence[int] = ()
    factor: float = 0.2
    patience: int = 5
    final_share: float = 0.1
    warmup: int = 0
    mixup: float = 0.0
    parts: int = 1
    select: Literal["best", "last"] = "last"
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    workers: int = 0
    in_memory: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        self._check_choices()
        self._check_ranges()
        self._check_needs()

    def _check_choices(self) -> None:
        for key, kind in get_type_hints(Recipe).items():
            if get_origin(kind) is Literal and getattr(self, key) not in get_args(kind):
                raise self._wrong(key, f"one of {', '.join(get_args(kind))}")

    def _check_ranges(self) -> None:
        least = {"weight_decay": 0, "warmup": 0, "mixup": 0, "workers": 0, "patience": 0}
        for key, bound in (least | {"epochs": 1, "batch_size": 1, "parts": 1}).items():
            if not bound <= getattr(self, key) < math.inf:
                raise self._wrong(key, f"{bound} or more")
        for key in ("rate", "factor"):
            if not 0 < getattr(self, key) < math.inf:
                raise self._wrong(key, "a number above 0")
        if not 0 <= self.momentum < 1:
            raise self._wrong("momentum", "0 or more, below 1")
        if not 0 <= self.final_share <= 1:
            raise self._wrong("final_share", "0 to 1")
        if not all(isinstance(step, int) and step >= 1 for step in self.steps):
            raise self._wrong("steps", "numbers of epochs, from 1")
        if self.warmup >= self.epochs:
            raise self._wrong("warmup", f"fewer than the {self.epochs} epochs")

    def _check_needs(self) -> None:
        defaults = {field.name: field.default for field in fields(self)}
        for key, (other, values) in NEEDS.items():
            if getattr(self, key) != defaults[key] and getattr(self, other) not in values:
                found = f"{other} {getattr(self, other)}"
                raise self._wrong(key, f"no value beside {found}, only beside {other} {' or '.join(values)}")
        if self.nesterov and not self.momentum:
            raise self._wrong("momentum", "a number above 0 beside nesterov")

    def _wrong(self, key: str, expected: str) -> InputError:
        return InputError(f"training.{key}: is {getattr(self, key)!r}, expected {expected}. Correct the value.")
