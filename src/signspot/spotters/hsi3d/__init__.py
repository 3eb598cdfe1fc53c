"""HS-I3D, the winner of the ChaLearn 2022 challenge: a hierarchical Inception I3D names every frame of a window.

Wong, Camgöz and Bowden, "Hierarchical I3D for Sign Spotting", ECCV workshops 2022, https://arxiv.org/abs/2210.00951.

Options are read without torch: whatever needs it is imported where it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from signspot.spotters.hsi3d.predict import FittedHsi3d
    from signspot.spotters.hsi3d.train import Hsi3d

READS = ("modality",)
TAKES = "images"
LEVELS = ("x4", "x8", "x16", "x32", "x")
"""The levels of the head, whose mean is predicted."""
BLOCKS = {
    "window": "signspot.spotters.hsi3d:SlidingWindow",
    "network": "signspot.spotters.hsi3d.network:HierarchicalI3d",
    "training": "signspot.training.recipe:Recipe",
    "start": "signspot.backbones.checkpoints:Checkpoint",
}
RANGES = {"rsp": (0, 1), "check_every": (1, 100_000), "stride": (1, 16)}
FOOTPRINT = {"weights_mb": 98, "training_mb": 1350, "extraction_mb": 215, "gflop": 118, "clip_mb": 19.3}
"""A window of 32 frames of 224 px, three channels, full width."""
WINDOW_FRAMES = 32
"""Published length of a window, for which the footprint holds."""

KEYS = {"network": {"type": "object"}, "levels": {"type": "array", "items": {"enum": list(LEVELS)}}}
"""JSON schemas of what only its config.json holds."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class SlidingWindow:
    """The windows that go through the network.

    Args:
        length: frames of a window; published: 32.
        stride: frames from a window to the next in prediction; published: 1. A stride of 8 takes an eighth of the time.
    """

    length: Literal[16, 32, 64] = 32
    stride: int = 8


def hsi3d(
    *,
    window: Mapping[str, Any] = NOTHING,
    network: Mapping[str, Any] = NOTHING,
    rsp: float = 0.1,
    training: Mapping[str, Any] | None = None,
    start: Mapping[str, Any] | None = None,
    check_every: int = 5,
) -> "Hsi3d":
    """The network and how it is trained.

    Args:
        window: options of :class:`SlidingWindow`.
        network: options of :class:`signspot.spotters.hsi3d.network.HierarchicalI3d`.
        rsp: share of training windows that lie anywhere in the video of a sign, not about the sign. With more of them,
            precision rises and recall falls; published: 0, 0.1 and 0.5.
        training: options of :class:`signspot.training.recipe.Recipe`, a batch being a number of windows; None for a
            published network, which is not trained.
        start: ``path`` and perhaps ``sha256`` of weights of Inception I3D, from which the training starts.
        check_every: epochs from one measurement of the F1 on validation videos to the next; the last is measured too.
    """
    from signspot.clips.window import Window
    from signspot.spotters.hsi3d.train import Hsi3d

    return Hsi3d(Window(**vars(SlidingWindow(**window))), dict(network), rsp, training, start, check_every)


def load(folder: Path) -> "FittedHsi3d":
    """The fitted spotter of a folder, where it computes fastest.

    Raises:
        InputError: a file is missing or damaged, or weights and config do not belong together.
    """
    from signspot.spotters.hsi3d.predict import FittedHsi3d

    return FittedHsi3d.load(folder)
