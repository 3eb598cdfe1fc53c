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
NETWORK = False
"""Its networks are so small that a GPU gains nothing."""
FOOTPRINT = {"seconds": 0.01}
"""Seconds to look through a frame of the training videos; training takes the same time whatever their length."""


def exemplars(*, networks: int = 3, steps: int = 900) -> "Exemplars":
    """Finds signs from a few examples of each.

    Args:
        networks: that judge what was matched; 0: matching alone, which needs no training.
        steps: of their training. Each looks at 16 streams of 6 seconds.

    Raises:
        ValueError: an option is out of range.
    """
    if networks < 0 or steps < 1:
        raise ValueError(f"networks is {networks}, steps {steps}; expected 0 or more, and 1 or more. Correct them.")
    from signspot.spotters.exemplars.fit import Exemplars

    return Exemplars(networks, steps)


def load(folder: Path) -> "FittedExemplars":
    """The fitted spotter of a folder.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    from signspot.spotters.exemplars.predict import FittedExemplars

    return FittedExemplars.load(folder)
