"""Rounds of labels from spottings: one row for each, and curves of what is known."""

import json
from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.report.rounds import rounds_figure, rounds_table


def test_a_row_for_each_round(tmp_path: Path) -> None:
    spotted, scores = tmp_path / "spotted.json", [tmp_path / f"scores{number}.json" for number in range(2)]
    spotted.write_text(json.dumps({"spotted": 7, "precision": None}))
    for number, path in enumerate(scores):
        path.write_text(json.dumps({"official": {"f1": number / 2}, "strict": {}, "per_sign": [], "per_signer": []}))
    rounds = rounds_table(["words0", "words1"], [spotted], scores, [])
    assert [one["pseudo_labels"] for one in rounds] == [None, {"spotted": 7, "precision": None}]
    assert [(one["run"], one["round"], one["f1"], one["top1"]) for one in rounds] == [
        ("words0", 0, 0.0, None),
        ("words1", 1, 0.5, None),
    ]
    rounds_figure(rounds, tmp_path / "rounds.svg")
    drawn = (tmp_path / "rounds.svg").read_text()
    assert "F1 of the spottings" in drawn and "right pseudo labels" not in drawn and "named rightly" not in drawn


def test_curves_of_all_that_is_known(tmp_path: Path) -> None:
    first = {"round": 0, "run": "a", "pseudo_labels": None, "top1": 0.1, "f1": 0.2}
    rounds_figure(
        [first, {**first, "round": 1, "pseudo_labels": {"precision": 0.9}}],
        tmp_path / "rounds.svg",
    )
    drawn = (tmp_path / "rounds.svg").read_text()
    assert all(label in drawn for label in ("F1 of the spottings", "right pseudo labels", "signs named rightly"))


def test_a_damaged_summary_is_named(tmp_path: Path) -> None:
    (tmp_path / "spotted.json").write_text("{}")
    with pytest.raises(InputError, match=r"spotted\.json"):
        rounds_table(["a", "b"], [tmp_path / "spotted.json"], [], [])
