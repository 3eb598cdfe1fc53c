"""The page of a comparison as a file, ``index.html``, which needs no network and no JavaScript."""

from collections.abc import Sequence
from pathlib import Path

from signspot import __version__
from signspot.files import finished
from signspot.report.comparison.figure import draw_differences
from signspot.report.figures import inline
from signspot.report.numbers import decimal
from signspot.scoring.comparison import Comparison
from signspot.templates import templates

HERE = Path(__file__).parent
STYLES = (HERE.parent / "base.css", HERE / "page.css")
LABEL = "The differences with their intervals; the table above has the numbers."


def write_comparison(out: Path, comparison: Comparison, notes: Sequence[str] = ()) -> None:
    """Writes ``index.html`` to the folder ``out``. The same comparison gives the same bytes.

    Args:
        out: a folder, which is made if it is not there.
        comparison: of two runs or more.
        notes: what to tell of the videos.
    """
    environment = templates(HERE)
    environment.filters.update(decimal=decimal, signed=_signed)
    reference, *others = comparison.runs
    differences = {run.name: run.differences for run in others}
    html = environment.get_template("page.html.j2").render(
        comparison=comparison,
        names=[run.name for run in comparison.runs],
        reference=reference.name,
        differences=differences,
        parts=[(name, parts) for name, parts in (("signer", comparison.signers), ("sign", comparison.signs)) if parts],
        figure=inline(draw_differences(differences, reference.name), "differences", LABEL),
        notes=notes,
        style="\n".join(path.read_text(encoding="utf-8") for path in STYLES),
        version=__version__,
    )
    with finished(out / "index.html") as part:
        part.write_text(html, encoding="utf-8")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
