"""Whom the names of the videos of a conversation show."""

import pytest

from signspot.corpus.cameras import SignerNames, belongs_to, owners

NGT = [SignerNames("S1", "S025"), SignerNames("S2", "S026")]
DGS = [SignerNames("A", ""), SignerNames("B", "")]
NAMED = [SignerNames("", "Anna Meier"), SignerNames("", "Jörg")]


@pytest.mark.parametrize(
    ("signers", "videos", "expected"),
    [
        (NGT, ["CNGT0050_S026_b", "CNGT0050_S025_b", "CNGT0050_t"], [1, 0, None]),
        (NGT, ["CNGT0050_S025_b", "CNGT0050_S025_f", "CNGT0050_S026_b"], [0, 0, 1]),
        (NGT, ["x_S1", "x_S2"], [0, 1]),
        (NGT, ["x_s025"], [0]),
        (NGT, ["x_S025_S026"], [None]),
        (NGT, ["x_total"], [None]),
        (NGT, ["x_S1", "x_total"], [None, None]),
        ([SignerNames("S1", ""), SignerNames("S2", "")], ["x_S001_b", "x_S002_b"], [0, 1]),
        (
            DGS,
            ["1413451-11105600-11163240_1a1", "1413451-11105600-11163240_1b1", "1413451-11105600-11163240_1c1"],
            [0, 1, None],
        ),
        (DGS, ["talk_B1", "talk_A1"], [1, 0]),
        (DGS, ["talk_camA", "talk_camB"], [0, 1]),
        (DGS, ["talk_a"], [None]),
        (DGS, ["bar", "abb"], [None, None]),
        ([SignerNames("A", "A"), SignerNames("B", "B")], ["x_b", "x_f"], [None, None]),
        ([SignerNames("", "1"), SignerNames("", "2")], ["talk-2", "talk-1"], [1, 0]),
        ([SignerNames("", "1"), SignerNames("", "2")], ["talk-2"], [None]),
        (NAMED, ["talk_AnnaMeier", "talk_Jo\u0308rg"], [0, 1]),
        (NAMED, ["Anna Meier"], [0]),
        (NAMED, ["annameiers", "joergs"], [None, None]),
        (NAMED, ["Jörg_Anna_Meier_1_Jörg", "Jörg_Anna_Meier_1_Anna_Meier"], [1, 0]),
        ([*NAMED, SignerNames("", "Ina")], ["talk_Jörg", "talk_Ina"], [1, 2]),
        ([SignerNames("", "Ina")], ["front", "ina"], [None, 0]),
        ([SignerNames("", "")], ["front", "side"], [None, None]),
        ([], ["front"], [None]),
        (NGT, [], []),
    ],
)
def test_whom_a_video_shows(signers: list[SignerNames], videos: list[str], expected: list[int | None]) -> None:
    assert owners(signers, videos) == expected


def test_folders_tell_where_the_names_do_not() -> None:
    assert owners(NGT, ["body", "body"], ["S026", "S025"]) == [1, 0]
    assert owners(NGT, ["S025", "S026"], ["S026", "S025"]) == [0, 1], "names count before folders"


@pytest.mark.parametrize(
    ("video", "document", "belongs"),
    [
        ("NGT0001_S001_b", "NGT0001", True),
        ("talk-anna", "Talk", True),
        ("NGT0001", "NGT0001", False),
        ("NGT00012_b", "NGT0001", False),
        ("x", "_", False),
    ],
)
def test_videos_of_a_document(video: str, document: str, belongs: bool) -> None:
    assert belongs_to(video, document) is belongs
