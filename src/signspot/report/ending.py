"""What a person reads at the end of a run: how many signs were spotted, and which pages to open."""

from collections.abc import Sequence

from signspot.spottings import read_spottings
from signspot.stores import RunFiles

NONE = (
    "The predictions are below the thresholds of the decoder everywhere. See in the report whether the experts learnt "
    "their signs; then give more examples, train longer, or lower the thresholds of the decoder (config/README.md)."
)
"""Why a run spots no sign, and what to try."""


def ending(run: str, files: RunFiles, videos: Sequence[str]) -> str:
    """A line about the spottings and pages of a run that are there; empty if it has no spottings yet.

    Args:
        run: its name.
        files: where its files lie.
        videos: in which it spots signs.

    Raises:
        InputError: the table of spottings is damaged.
    """
    if not files.spottings.is_file():
        return ""
    count = len(read_spottings(files.spottings))
    said = f"Run {run}: {count} sign{'s' * (count != 1)} spotted in {len(videos)} video{'s' * (len(videos) != 1)}."
    pages = {"report": files.report / "index.html", "review page": files.review / "index.html"}
    shown = "; ".join(f"{name}: {page}" for name, page in pages.items() if page.is_file())
    return " ".join(filter(None, (said, "" if count else NONE, shown[:1].upper() + shown[1:])))
