"""The card of a model: which signs it knows, what it was trained on, how well, and where its limits are, for people."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from signspot.templates import templates

LISTED = 100
"""Signs that the card names."""


def write_card(content: Mapping[str, Any], signs: Sequence[str], out: Path) -> None:
    """Writes the card, in Markdown.

    Args:
        content: of model.json.
        signs: of the vocabulary, by class id.
    """
    # Escaped, because Markdown may hold HTML, and glosses are somebody else's text.
    environment = templates(Path(__file__).parent)
    environment.keep_trailing_newline = True
    environment.filters["decimal"] = "{:.2f}".format
    spots = "spotter" in content
    card = environment.get_template(f"{'spotter' if spots else 'recogniser'}_card.md.j2")
    told = {**content, "signs": list(signs), "listed": LISTED}
    if spots:
        scores = content["scores"]
        both = [scores[kind]["per_threshold"] for kind in ("official", "strict")] if scores else ([], [])
        told["thresholds"] = list(zip(*both, strict=True))
    out.write_text(card.render(told), encoding="utf-8")
