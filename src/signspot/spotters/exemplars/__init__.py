"""Signs from one to five examples: stretches of the skeleton that resemble an example are judged by small networks,
which learn from made-up signing of the same examples.

Options are read without torch: whatever needs it is imported where it is used.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signspot.spotters.exemplars.fit import Exemplars
    from signspot.spotters.exemplars.predict import FittedExemplars

READS = ("modality",)
TAKES = "skeleton"
RANGES = {"networks": (0, 100), "steps": (1, 1_000_000)}
NETWORK = False
"""Its networks are so small that a GPU gains nothing."""
FOOTPRINT = {"seconds": 0.01}
"""Seconds to look through a frame of the training videos; training takes the same time whatever their length."""


KEYS = {
    "lengths": {
        "type": "array",
        "minItems": 1,
        "maxItems": 100_000,
        "items": {"type": "integer", "minimum": 2, "maximum": 10_000},
    },
    "alarms": {"type": "integer", "minimum": 0, "maximum": 10_000_000},
    "networks": {"type": "integer", "minimum": 0, "maximum": 100},
    "minutes": {"type": "number", "minimum": 0, "maximum": 1_000_000},
    "prior": {
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "prefixItems": [
            {"type": "number", "minimum": -1000, "maximum": 1000},
            {"type": "number", "minimum": 0.001, "maximum": 1000},
        ],
    },
}
"""JSON schemas of what only its config.json holds."""


def exemplars(*, networks: int = 3, steps: int = 900) -> "Exemplars":
    """Finds signs from a few examples of each.

    Args:
        networks: that judge what was matched; 0: matching alone, which needs no training.
        steps: of their training. Each looks at 16 streams of 6 seconds.
    """
    from signspot.spotters.exemplars.fit import Exemplars

    return Exemplars(networks, steps)


def load(folder: Path) -> "FittedExemplars":
    """The fitted spotter of a folder.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    from signspot.spotters.exemplars.predict import FittedExemplars

    return FittedExemplars.load(folder)
