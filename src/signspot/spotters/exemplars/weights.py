"""All numbers of a fitted spotter of a few examples, as one module that is saved and loaded like any network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from signspot.errors import InputError
from signspot.exemplars.descriptors import SIZE
from signspot.exemplars.matching import LEAST_DEVIATION, Example, Matcher
from signspot.exemplars.network import Committee, TemporalNetwork
from signspot.exemplars.projection import projection
from signspot.training.store import AGAIN

LARGEST = 1e6
"""Of all numbers of examples, which are a few units of the signer's body: larger ones would overflow when squared."""


def new_committee(networks: int, num_classes: int) -> Committee:
    """Untrained networks that read the projected descriptors of both hands.

    Args:
        networks: their number.
        num_classes: K, the background included.
    """
    hands, _, dimensions = projection().shape
    return Committee(TemporalNetwork(hands * dimensions, num_classes) for _ in range(networks))


class ExemplarWeights(nn.Module):
    """Examples, their distances from other material, false alarms, and the networks.

    Args:
        lengths: frames of each example.
        alarms: number of false alarms.
        networks: number of networks; 0: none.
        num_classes: K, the background included.
    """

    def __init__(self, lengths: Sequence[int], alarms: int, networks: int, num_classes: int) -> None:
        super().__init__()
        self.lengths = list(lengths)
        self.register_buffer("hands", torch.zeros(sum(lengths), 2, SIZE))
        self.register_buffer("class_ids", torch.zeros(len(lengths), dtype=torch.int64))
        for name in ("mean", "deviation"):
            self.register_buffer(name, torch.zeros(len(lengths), dtype=torch.float64))
        self.register_buffer("alarms", torch.zeros(alarms, dtype=torch.float64))
        self.committee = new_committee(networks, num_classes) if networks else None

    @classmethod
    def of(cls, matcher: Matcher, networks: Committee | None, alarms: Sequence[float]) -> "ExemplarWeights":
        """The numbers of a calibrated matcher and of trained networks."""
        lengths = [len(one.hands) for one in matcher.examples]
        weights = cls(lengths, len(alarms), networks=0, num_classes=0)
        weights.hands.copy_(torch.from_numpy(np.concatenate([one.hands for one in matcher.examples])))
        weights.class_ids.copy_(torch.from_numpy(matcher.class_ids))
        weights.mean.copy_(torch.from_numpy(matcher.mean))
        weights.deviation.copy_(torch.from_numpy(matcher.deviation))
        weights.alarms.copy_(torch.tensor(sorted(alarms), dtype=torch.float64))
        weights.committee = networks
        return weights

    @classmethod
    def empty(cls, config: Mapping[str, Any]) -> "ExemplarWeights":
        """The module that a config.json describes, all zeros."""
        return cls(config["lengths"], config["alarms"], config["networks"], len(config["vocabulary"]) + 1)

    def check(self, signs: int, folder: Path) -> None:
        """Checks numbers that were loaded, which may come from anybody.

        Args:
            signs: of the vocabulary.
            folder: of the spotter, for the message.

        Raises:
            InputError: an example is of no sign of the vocabulary, or a number is too small or too large.
        """
        faults = {
            f"class_ids outside 0 to {signs - 1}": (self.class_ids < 0) | (self.class_ids >= signs),
            f"deviations below {LEAST_DEVIATION}": self.deviation < 0.99 * LEAST_DEVIATION,
        }
        for name in ("hands", "mean", "deviation", "alarms"):
            faults[f"{name} above {LARGEST:g}"] = getattr(self, name).abs() > LARGEST
        wrong = [fault for fault, found in faults.items() if bool(found.any())]
        if wrong:
            raise InputError(f"{folder}: its weights hold {', '.join(wrong)}. {AGAIN}")

    @property
    def shape(self) -> dict[str, Any]:
        """What config.json keeps, so that :meth:`empty` can make the module again."""
        networks = len(self.committee.members) if self.committee is not None else 0
        return {"lengths": self.lengths, "alarms": len(self.alarms), "networks": networks}

    @property
    def matcher(self) -> Matcher:
        """The calibrated matcher."""
        parts = torch.split(self.hands, self.lengths)
        examples = [
            Example(class_id, part.numpy()) for class_id, part in zip(self.class_ids.tolist(), parts, strict=True)
        ]
        return Matcher(examples, self.mean.numpy(), self.deviation.numpy())
