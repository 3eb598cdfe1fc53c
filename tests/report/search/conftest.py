"""Pages of made-up answers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from signspot.report.search import Asked, write_search
from signspot.retrieval.places import Answer, Only

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the page of an answer; gives its file."""

    def written(answer: Answer, query: str = "HOUSE BUY", text: str = "", only: Only | None = None) -> Path:
        write_search(tmp_path / "page", Asked(query, text, only or Only()), answer)
        return tmp_path / "page/index.html"

    return written
