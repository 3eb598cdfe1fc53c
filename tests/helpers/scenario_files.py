"""What a scenario needs beside its configuration: made-up files of the forms in which people hold them."""

from collections.abc import Callable
from pathlib import Path

from published_features import listed, save_checkpoint, spotter_weights, write_features

FRAMES = {"p01_s01": 101, "p02_s02": 240, "p03_s03": 78}
"""Usable frames of each video of which features are published; they begin at frame 3."""


def write_published_features(folder: Path) -> None:
    """The features, the list of videos and the spotter of the challenge entry, as ``config`` expects them."""
    dataset = folder / "data/MSSL_dataset"
    for seed, (video, frames) in enumerate(FRAMES.items()):
        write_features(dataset / "processed/features", video, frames, seed)
    (dataset / "test_input.txt").write_text("".join(listed(video, 3, 2 + n) for video, n in FRAMES.items()))
    save_checkpoint(folder / "data/final_model.pth", spotter_weights("detection_test"))


PREPARED: dict[str, Callable[[Path], None]] = {"published_features": write_published_features}
"""By scenario."""
