"""How a published checkpoint names the weights of a backbone: what the ``FORMATS`` of each backbone are made of.

A format gives a name of ours its published one, and, since our names are those of a network at hand, the inverse too.
The names come from the public code that writes or reads these files, and from the key lists of the reference networks.
No published file itself could be compared.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

COLOURS = 3
"""Channels of pictures, with which published networks for pictures begin."""


@dataclass(frozen=True)
class Format:
    """How a published checkpoint names the weights of a backbone.

    Args:
        name: for messages.
        changes: pairs (pattern, replacement), made in turn on a name used here.
        unused: pattern of the keys that the file holds beside the weights of the backbone.
        pointwise: pattern of the published keys of layers that are convolutions of one point there, and linear here.
        hint: what to do if the weights have other shapes than the network, for messages.
        colours: our name of the first convolution, if that of a network for other clips than those of three colours
            may start from the mean over the colours.
        part: pattern of our names of the weights that the file has, if it is that of a part of the network alone.
    """

    name: str
    changes: Sequence[tuple[str, str]] = ()
    unused: str = r"(?!)"
    pointwise: str = r"(?!)"
    hint: str = ""
    colours: str | None = None
    part: str | None = None

    def published(self, key: str) -> str:
        """The published name of a weight of ours."""
        for pattern, replacement in self.changes:
            key = re.sub(pattern, replacement, key)
        return key

    def names(self, keys: Iterable[str]) -> dict[str, str]:
        """Published name -> ours, for all the given names of ours that the file has."""
        return {self.published(key): key for key in keys if self.part is None or re.match(self.part, key)}

    def is_unused(self, key: str) -> bool:
        """Whether a published key is known to be of no use to the backbone."""
        return re.match(self.unused, key) is not None

    def is_pointwise(self, key: str) -> bool:
        """Whether a published key is the kernel (outputs, inputs, 1, …) of a layer that is linear here."""
        return re.match(self.pointwise, key) is not None


CLIP_WRAPPER = {"changes": ((r"^", "feature_extractor."),), "unused": r"conv\."}
"""The entry's I3D and P3D experts: the backbone inside a wrapper whose own convolution is never trained."""
