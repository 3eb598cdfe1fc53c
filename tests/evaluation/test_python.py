"""``signspot.score``: tables and files, with the same result as ``signspot score``."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import signspot

Call = Callable[..., tuple[int, str, str]]
TRUTH = pd.DataFrame(
    [("a", "HOUSE", 0, 1000), ("a", "TREE", 2000, 3000), ("b", "HOUSE", 500, 1500)],
    columns=["video", "sign", "start_ms", "end_ms"],
)
SPOTTED = pd.DataFrame(
    [("a", "HOUSE", 1, 100, 1000, 0.9), ("b", "TREE", 2, 500, 1500, 0.4)],
    columns=["video", "sign", "class_id", "start_ms", "end_ms", "score"],
)


def test_tables_and_files_give_what_the_command_prints(tmp_path: Path, call: Call) -> None:
    truth, spotted = tmp_path / "truth.tsv", tmp_path / "spottings.tsv"
    TRUTH.to_csv(truth, sep="\t", index=False)
    signspot.write_spottings(SPOTTED, spotted)
    status, printed, err = call("score", "--truth", truth, "--predictions", spotted, "--json")
    assert status == 0, err
    for a, b in ((TRUTH, SPOTTED), (str(truth), SPOTTED), (TRUTH, spotted)):
        assert json.loads(json.dumps(signspot.score(a, b))) == json.loads(printed)
    assert signspot.score(TRUTH, SPOTTED)["official"]["f1"] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (TRUTH.drop(columns="end_ms"), "truth: column end_ms is missing"),
        (TRUTH.assign(start_ms=0.5), r"truth, line 2: start_ms is '0\.5', expected a whole number"),
        (TRUTH[:0], "there is nothing to score"),
    ],
)
def test_a_wrong_table_is_told(table: pd.DataFrame, told: str) -> None:
    with pytest.raises(signspot.InputError, match=told):
        signspot.score(table, SPOTTED)
