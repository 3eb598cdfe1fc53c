"""Where the stores of a video lie."""

from pathlib import Path

from signspot.clips import VideoFiles


def stores_of(results: Path | str, video: str) -> VideoFiles:
    """Where the stores of a video lie in the results folder of a corpus."""
    folder, name = Path(results), f"{video}.h5"
    return VideoFiles(
        video,
        frames=folder / "crops" / name,
        pose=folder / "poses" / name,
        flow=folder / "flow" / name,
        labels=folder / "labels" / name,
    )
