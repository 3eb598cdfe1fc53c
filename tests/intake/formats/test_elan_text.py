"""ELAN's export as text is read to the same table as the document that was exported."""

from collections.abc import Callable, Sequence
from itertools import chain, combinations
from pathlib import Path

import pytest
from elan_exports import FORMATS, column_per_tier, row_per_annotation
from intake_folders import eaf
from read_back import signs_in, told

from signspot.intake.conventions import Profile
from signspot.intake.gather import Request, gather

TIERS = {
    "RH-IDgloss": [(0, 400, "HOUSE"), (1040, 1500, '"MY" TREE'), (3_600_000, 3_600_500, "1")],
    "LH-IDgloss": [(1040, 1500, "GOOD")],
}
CHOICES = list(chain.from_iterable(combinations(FORMATS, number) for number in range(1, 5)))
"""All choices of the formats of times."""
WITH_MS = [choice for choice in CHOICES if choice != ("PAL",)]
TIMES = [("begin", "end", "duration"), ("begin", "end"), ("begin", "duration")]


@pytest.fixture
def same(tmp_path: Path) -> Callable[..., None]:
    """``same(text, name)``: an export is read as the document is."""
    eaf(tmp_path / "document/rec1.eaf", TIERS, people={"RH-IDgloss": "anna", "LH-IDgloss": "anna"})

    def check(text: str, name: str = "rec1.txt", encoding: str = "utf-8", **options: object) -> None:
        path = tmp_path / "export" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode(encoding))
        assert signs_in(tmp_path / "export", **options) == signs_in(tmp_path / "document")

    return check


@pytest.mark.parametrize("times", TIMES, ids=",".join)
@pytest.mark.parametrize("formats", WITH_MS, ids=",".join)
def test_a_row_per_annotation(same: Callable, formats: Sequence[str], times: Sequence[str]) -> None:
    for participants in (True, False):
        same(row_per_annotation(TIERS, formats=formats, times=times, participants=participants))


@pytest.mark.parametrize("times", TIMES, ids=",".join)
@pytest.mark.parametrize("formats", WITH_MS, ids=",".join)
def test_a_column_per_tier(same: Callable, formats: Sequence[str], times: Sequence[str]) -> None:
    same(column_per_tier(TIERS, formats=formats, times=times))


@pytest.mark.parametrize("name", ["rec1.csv", "rec1.tsv", "rec1.tab", "REC1.TXT"])
@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_other_separators_and_suffixes(tmp_path: Path, name: str, separator: str) -> None:
    tiers = {"RH-IDgloss": [(0, 400, "HOUSE"), (1000, 1500, "TREE")]}
    (tmp_path / name).write_text(row_per_annotation(tiers, separator=separator))
    (signs,) = signs_in(tmp_path).values()
    assert signs == [("HOUSE", 0, 400), ("TREE", 1000, 1500)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(same: Callable, encoding: str) -> None:
    same(column_per_tier(TIERS), encoding=encoding)
    same(row_per_annotation(TIERS).replace("\n", "\r\n"), encoding=encoding)


def test_the_words_of_another_language(same: Callable) -> None:
    same(column_per_tier(TIERS, language="fr"))


def test_a_header_over_rows_of_annotations(same: Callable) -> None:
    header = "Tier\tParticipant\tBegin Time - hh:mm:ss.ms\tEnd Time - hh:mm:ss.ms\tAnnotation\n"
    same(header + row_per_annotation(TIERS, formats=["hh:mm:ss.ms"], times=["begin", "end"]))


def test_ids_of_annotations_are_no_part_of_glosses(same: Callable) -> None:
    with_ids = {tier: [(*row[:2], f"{row[2]} [a{row[0]}]") for row in rows] for tier, rows in TIERS.items()}
    same(row_per_annotation(with_ids))


def test_names_left_out(tmp_path: Path) -> None:
    rows = {"any": [(0, 400, "HOUSE"), (1000, 1500, "TREE")]}
    (tmp_path / "rec1.txt").write_text(row_per_annotation(rows, names=False, participants=False))
    assert signs_in(tmp_path) == {"rec1": [("HOUSE", 0, 400), ("TREE", 1000, 1500)]}


def test_labels_of_audacity(tmp_path: Path) -> None:
    (tmp_path / "rec1.txt").write_text("0.000000\t0.400000\tHOUSE\n1.000000\t1.500000\tTREE\n")
    assert signs_in(tmp_path) == {"rec1": [("HOUSE", 0, 400), ("TREE", 1000, 1500)]}


def test_the_participant_is_the_signer(tmp_path: Path) -> None:
    (tmp_path / "rec1.txt").write_text(row_per_annotation(TIERS, people=dict.fromkeys(TIERS, "anna")))
    assert [video.signer for video in gather(Request(tmp_path)).videos] == ["anna"]


def test_two_participants_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "rec1.txt").write_text(row_per_annotation(TIERS, people={"RH-IDgloss": "anna", "LH-IDgloss": "bert"}))
    assert "several signers (anna, bert); pick one with --participant" in told(tmp_path)["rec1.txt"]
    assert signs_in(tmp_path, participant="bert") == {"rec1": [("GOOD", 1040, 1500)]}


def test_the_offset_of_a_linked_video_counts(tmp_path: Path) -> None:
    media = {"file:///D:/films/view.mp4": 2000, "file:///D:/films/view.wav": 0}
    (tmp_path / "rec1.txt").write_text(column_per_tier({"M_Glosa": [(0, 400, "CASA")]}, media=media))
    assert signs_in(tmp_path) == {"view": [("CASA", 2000, 2400)]}
    assert told(tmp_path)["rec1.txt"] == "the document begins at 2000 ms of view.mp4"


def test_several_documents_in_one_export(tmp_path: Path) -> None:
    """By comments between them, or by a column at the end of the rows."""
    header, first = column_per_tier({"M_Glosa": [(0, 400, "CASA")]}).splitlines()
    second = column_per_tier({"M_Glosa": [(40, 500, "BIEN")]}).splitlines()[1]
    expected = {"p01": [("CASA", 0, 400)], "p02": [("BIEN", 40, 500)]}
    (tmp_path / "all.txt").write_text(f'{header}\n\n"#p01.eaf"\n{first}\n\n"#C:\\work\\p02.eaf"\n{second}\n')
    assert signs_in(tmp_path) == expected
    (tmp_path / "all.txt").write_text(
        f"{header}File Path\n{first}\t/recordings/p01.eaf\n{second}\t/recordings/p02.eaf\n"
    )
    assert signs_in(tmp_path) == expected


def test_frames_alone_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rec1.txt").write_text(row_per_annotation(TIERS, formats=["PAL"]))
    assert told(tmp_path)["rec1.txt"] == "its times count frames. Export it again with times as hh:mm:ss.ms or msec."


@pytest.mark.parametrize(
    "text",
    [
        "made in May, 2022\n",
        "one word\n",
        "",
        "0.12\t0.34\t0.56\n0.22\t0.44\t0.66\n",
        "1000\t1500\tHOUSE\n",
        "RH-IDgloss\t00:00:01.000\tHOUSE\n",
        "RH-IDgloss\t00:00:01.000\t00:00:00.500\t00:00:00.100\tHOUSE\n",
    ],
)
def test_other_texts_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "rec1.txt").write_text(text)
    assert told(tmp_path)["rec1.txt"]
    assert not signs_in(tmp_path)


def test_tiers_by_pattern_in_an_export(same: Callable) -> None:
    same(row_per_annotation(TIERS), profile=Profile("mine", {"": ("RH-*", "LH-*")}))
