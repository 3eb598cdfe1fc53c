"""The page of a search as a file, ``index.html``, which holds its data, style and scripts."""

from pathlib import Path

from signspot.files import finished
from signspot.report.scripted import scripted_page
from signspot.report.search.content import Asked, content
from signspot.retrieval.places import Answer

HERE = Path(__file__).parent
SCRIPTS = ("../clip", "main")


def write_search(out: Path, asked: Asked, answer: Answer) -> None:
    """Writes ``index.html`` to the folder ``out``. The same input gives the same bytes.

    The page finds the videos by their place relative to its own; it copies none.

    Args:
        out: a folder, which is made if it is not there.
        asked: what was searched.
        answer: the places, the best first. The page shows all that are given, and how many there are.

    Raises:
        InputError: the query has another form.
    """
    page = scripted_page(
        HERE,
        SCRIPTS,
        content(asked, answer, out),
        title=asked.title(),
        told=asked.told(),
        signs=answer.signs,
        like=asked.like.strip(),
        found=answer.found,
        shown=len(answer.places),
    )
    with finished(out / "index.html") as part:
        part.write_text(page, encoding="utf-8")
