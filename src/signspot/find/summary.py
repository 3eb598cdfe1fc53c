"""What ``signspot find`` tells at its end: per sign, how many examples and spottings, and which signs look alike."""

from pathlib import Path

import pandas as pd

from signspot.exemplars.alike import likeness_of_examples, look_alikes, odd_examples
from signspot.exemplars.matching import Matcher
from signspot.exemplars.rates import MATCHED
from signspot.files import finished
from signspot.find.lexicon import Lexicon
from signspot.intake.summary import as_table, notes_text, section
from signspot.rows import LISTED, for_spreadsheet

SIGNS = "signs.tsv"
MOST_PLACES = 20


def sign_table(lexicon: Lexicon, spottings: pd.DataFrame, matcher: Matcher) -> pd.DataFrame:
    """A row per sign: sign, examples, found, typical_score (the median, NaN without spottings), looks_like (other
    signs), odd_examples (number of examples that are unlike the others).

    Args:
        lexicon: the examples.
        spottings: of all videos.
        matcher: of the spotter; its class ids are those of the lexicon's signs.
    """
    likeness = likeness_of_examples(matcher)
    alike: dict[int, list[int]] = {}
    for pair in look_alikes(likeness, matcher.class_ids, MATCHED.strength):
        alike.setdefault(pair.first, []).append(pair.second)
        alike.setdefault(pair.second, []).append(pair.first)
    scores = spottings.groupby("sign")["score"] if len(spottings) else None
    found, typical = (scores.size(), scores.median()) if scores is not None else ({}, {})
    signs = lexicon.signs
    rows = [
        (
            sign,
            count,
            int(found.get(sign, 0)),
            typical.get(sign),
            ", ".join(signs[other] for other in alike.get(number, [])),
        )
        for number, (sign, count) in enumerate(lexicon.examples.items())
    ]
    table = pd.DataFrame(rows, columns=["sign", "examples", "found", "typical_score", "looks_like"])
    odd = matcher.class_ids[odd_examples(likeness, matcher.class_ids)]
    return table.assign(odd_examples=[int((odd == number).sum()) for number in range(len(signs))])


def write_sign_table(table: pd.DataFrame, path: Path) -> None:
    """Writes the table of :func:`sign_table` as TSV for people: scores to two places, formulas made harmless."""
    table = table.assign(**{column: table[column].map(for_spreadsheet) for column in ("sign", "looks_like")})
    with finished(path) as part:
        table.to_csv(part, sep="\t", index=False, float_format="%.2f", lineterminator="\n", encoding="utf-8")


def summary_text(table: pd.DataFrame, lexicon: Lexicon) -> str:
    """The signs, those that look alike, examples that do not fit their sign, and the notes."""
    first = table.sort_values(["found", "sign"], ascending=[False, True]).head(3 * LISTED)
    rows = [
        (
            row.sign,
            row.examples,
            row.found,
            "" if pd.isna(row.typical_score) else f"{row.typical_score:.2f}",
            row.looks_like,
        )
        for row in first.itertuples()
    ]
    more = f"\n… and {len(table) - len(first)} more signs, in {SIGNS}" if len(table) > len(first) else ""
    headers = ["sign", "examples", "found", "typical score", "looks like"]
    parts = [section("Signs", as_table(headers, rows) + more)]
    if len(odd := table[table["odd_examples"] > 0]):
        lines = [f"  {row.sign}: {row.odd_examples} of {row.examples} examples" for row in odd.itertuples()]
        text = "\n".join(
            [*lines, "Look at these clips: is it one sign? Give variants names of their own, HOUSE-a, HOUSE-b."]
        )
        parts.append(section("Signs whose examples contradict each other", text))
    return "\n".join([*parts, *notes_text(lexicon.notes)])


def places_text(spottings: pd.DataFrame) -> str:
    """The places where a single example was found, the best first."""
    best = spottings.sort_values("score", ascending=False, kind="stable").head(MOST_PLACES)
    rows = [(row.video, _clock(row.start_ms), _clock(row.end_ms), f"{row.score:.2f}") for row in best.itertuples()]
    return section("Most similar places", as_table(["video", "from", "to", "score"], rows))


def _clock(ms: int) -> str:
    minutes, rest = divmod(int(ms), 60_000)
    return f"{minutes}:{rest / 1000:06.3f}"
