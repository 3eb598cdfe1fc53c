"""The page of a search by text as a file, ``index.html``, which holds its data, style and scripts."""

from collections.abc import Mapping
from pathlib import Path

from signspot.errors import InputError
from signspot.files import finished
from signspot.report.retrieval.content import SCORES, Results, by_chance, content, table_rows
from signspot.report.scripted import scripted_page
from signspot.rows import LISTED

HERE = Path(__file__).parent
SCRIPTS = ("../clip", "../table", "main")


def write_retrieval(out: Path, *, title: str, results: Results, videos: Mapping[str, Path]) -> None:
    """Writes ``index.html`` to the folder ``out``. The same input gives the same bytes.

    The page finds the videos by their place relative to its own; it copies none.

    Args:
        out: a folder, which is made if it is not there.
        title: what the page is of, as "corpus, run name".
        results: of the search.
        videos: the file of each video that has sentences, absolute or seen from the working directory.

    Raises:
        InputError: the file of a video is not given.
    """
    out = Path(out)
    missing = [video for video in dict.fromkeys(results.ranks["video"]) if video not in videos]
    if missing:
        more = f" and {len(missing) - LISTED} more" if len(missing) > LISTED else ""
        raise InputError(
            f"{title}: no file is given of the videos {', '.join(missing[:LISTED])}{more}, whose sentences are "
            "searched. Add them to the table of videos, or run the search again."
        )
    page = scripted_page(
        HERE,
        SCRIPTS,
        content(results, videos, out),
        title=title,
        columns=SCORES,
        rows=table_rows(results.scores),
        chance=by_chance(results.scores),
        sentences=len(results.ranks),
        seeds=len(results.scores["common_space"]["seeds"]),
    )
    with finished(out / "index.html") as part:
        part.write_text(page, encoding="utf-8")
