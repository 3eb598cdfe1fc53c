"""Whether videos can be trained and tested on."""

from dataclasses import replace

import pandas as pd
import pytest

from signspot.corpus.splits import check_split, signs_without_example
from signspot.corpus.tables import COLUMNS, Tables
from signspot.errors import InputError

VIDEOS = [("ann_1", "ann_1.mp4", "train", "ann"), ("bob_1", "bob_1.mp4", "test", "bob")]
ANNOTATIONS = [("ann_1", "DAY", 0, 400), ("ann_1", "NIGHT", 800, 1200), ("bob_1", "TODAY", 40, 480)]
TABLES = Tables(
    pd.DataFrame(VIDEOS, columns=list(COLUMNS["videos"])),
    pd.DataFrame(ANNOTATIONS, columns=list(COLUMNS["annotations"])),
    pd.DataFrame({"class_id": [0, 1], "sign": ["DAY", "NIGHT"], "aliases": ["DAYTIME|TODAY", ""]}),
)


def with_signers(*signers: str) -> Tables:
    return replace(TABLES, videos=TABLES.videos.assign(signer=signers))


def test_sign_without_a_training_example() -> None:
    with pytest.raises(InputError, match=r"vocabulary\.tsv: no training video shows NIGHT"):
        check_split(TABLES, ["bob_1"], ["ann_1"])


def test_an_alias_is_an_example() -> None:
    assert signs_without_example(TABLES, ["bob_1"]) == ["NIGHT"]
    assert signs_without_example(TABLES, ["ann_1"]) == []
    assert signs_without_example(TABLES, []) == ["DAY", "NIGHT"]


@pytest.mark.parametrize(("train", "test"), [([], ["bob_1"]), (["ann_1"], [])])
def test_split_without_a_video(train: list[str], test: list[str]) -> None:
    with pytest.raises(InputError, match="no video to"):
        check_split(TABLES, train, test)


def test_signer_in_training_and_test_is_a_warning() -> None:
    assert check_split(TABLES, ["ann_1"], ["bob_1"]) == []
    [warning] = check_split(with_signers("ann", "ann"), ["ann_1"], ["bob_1"])
    assert "too: ann" in warning


def test_unknown_signers_are_not_the_same() -> None:
    assert check_split(with_signers("", ""), ["ann_1"], ["bob_1"]) == []


def test_video_in_training_and_test_is_a_warning() -> None:
    warnings = check_split(TABLES, ["ann_1"], ["ann_1", "bob_1"])
    assert any("1 test videos are training videos too" in warning for warning in warnings)
