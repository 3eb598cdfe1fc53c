"""What a person reads at the end of a run: how many signs were spotted, named or found, and which pages to open."""

from collections.abc import Sequence

from signspot.files import read_object
from signspot.recognition import read_accuracy
from signspot.spottings import read_spottings
from signspot.stores import RunFiles

NONE = (
    "The predictions are below the thresholds of the decoder everywhere. See in the report whether the experts learnt "
    "their signs; then give more examples, train longer, or lower the thresholds of the decoder (config/README.md)."
)
"""Why a run spots no sign, and what to try."""
SEARCHES = {"recognised_signs": "by recognised signs", "common_space": "in the common space", "both": "by both"}
"""The searches of a run, and how they are called."""


def ending(run: str, files: RunFiles, videos: Sequence[str]) -> str:
    """Lines about spottings, recognition, search and the pages of a run, as far as they are there; empty without any.

    Args:
        run: its name.
        files: where its files lie.
        videos: in which it spots signs.

    Raises:
        InputError: the table of spottings, the accuracy of the recognition, or the scores of the search are damaged.
    """
    told = (_spotted(run, files, videos), _recognised(run, files), _searched(run, files))
    return "\n".join(filter(None, told))


def _recognised(run: str, files: RunFiles) -> str:
    if not files.recognition.is_file():
        return ""
    told = read_accuracy(files.recognition)
    name, share = next(iter(told["per_instance"].items()))
    best = name.removeprefix("top")
    named = "named rightly" if best == "1" else f"among the {best} best"
    chance = told["chance"][name]
    said = f"Run {run}: the sign is {named} for {share:.0%} of {told['clips']} clips; chance is {chance:.0%}."
    page = files.recognition_page / "index.html"
    return f"{said} Recognition: {page}" if page.is_file() else said


def _searched(run: str, files: RunFiles) -> str:
    if not files.retrieval.is_file():
        return ""
    told = read_object(files.retrieval, ("gallery", *SEARCHES))
    means = {name: told[name].get("mean", told[name]) for name in SEARCHES}  # recognised signs have no seeds
    firsts = (f"{means[name]['text_to_video']['R1']:.3g}% {how}" for name, how in SEARCHES.items())
    said = f"Run {run}: of {told['gallery']} texts, {', '.join(firsts)} find their sentence first"
    said = f"{said}; chance is {100 / told['gallery']:.3g}%. Numbers: {files.retrieval}"
    page = files.retrieval_page / "index.html"
    return f"{said}; page: {page}" if page.is_file() else said


def _spotted(run: str, files: RunFiles, videos: Sequence[str]) -> str:
    if not files.spottings.is_file():
        return ""
    count = len(read_spottings(files.spottings))
    said = f"Run {run}: {count} sign{'s' * (count != 1)} spotted in {len(videos)} video{'s' * (len(videos) != 1)}."
    pages = {"report": files.report / "index.html", "review page": files.review / "index.html"}
    shown = "; ".join(f"{name}: {page}" for name, page in pages.items() if page.is_file())
    return " ".join(filter(None, (said, "" if count else NONE, shown[:1].upper() + shown[1:])))
