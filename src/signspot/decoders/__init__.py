"""Decoders: from the predictions of a spotter to spottings. A decoder is a module with a function of its name.

The spottings of a video are in order of time. They never overlap, and two neighbours of one class do not touch, unless
an option of the decoder lets them (``overlap: 1``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from signspot.registry import Registry

if TYPE_CHECKING:
    from signspot.predictions import Predictions
    from signspot.spottings import Spotting

DECODERS = Registry("signspot.decoders", "decoder")
TUNE = "tune"
"""The value of an option that is searched on validation videos."""


def decode(name: str, predictions: Predictions, **options: Any) -> list[Spotting]:
    """The spottings of one video.

    Args:
        name: of the decoder.
        predictions: of the video.
        options: of the decoder.

    Raises:
        InputError: the decoder, an option or a value is unknown, or the decoder needs more than is predicted.
    """
    return DECODERS.build(name, predictions, **options)


def check_decoder(name: str, options: Mapping[str, Any], key: str = "") -> None:
    """Checks a decoder and its options, of which some may be ``tune``.

    Args:
        key: where they stand in the configuration, for the message.

    Raises:
        InputError: as :func:`decode`, or an option cannot be tuned.
    """
    DECODERS.check_name(name, key)
    grid = DECODERS.fact(name, "GRID", {})
    given = {option: value for option, value in options.items() if not (value == TUNE and option in grid)}
    DECODERS.check(name, given, key)
