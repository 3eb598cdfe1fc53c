"""Hands, tiers, the vocabulary and the signers that ``signspot corpus init`` makes of annotations."""

from collections.abc import Callable
from pathlib import Path

from intake_folders import Came, eaf, lse, word_list

Intake = Callable[..., Came]


def test_both_hands_are_merged(data: Path, intake: Intake) -> None:
    hands = {
        "LH-IDgloss": [(20, 420, "HOUSE"), (1000, 1400, "BAD")],
        "RH-IDgloss": [(0, 400, "HOUSE"), (1000, 1500, "GOOD"), (2000, 2400, "PT:PRO1"), (2500, 2800, " ")],
    }
    eaf(data / "a.eaf", hands)
    came = intake()
    assert came.signs("a") == [("HOUSE", 0, 400), ("BAD", 1000, 1400), ("GOOD", 1000, 1500)]
    assert came.section("Annotations that overlap") == ["  a: BAD and GOOD for 400 ms at 1000 ms"]
    assert "Glosses: profile bsl" in came.text
    assert any(line.startswith("prefix PT:") for line in came.section("Annotations"))
    assert any(line.startswith("empty") for line in came.section("Annotations"))
    assert intake("--overlap", 0.95).signs("a")[:2] == [("HOUSE", 0, 400), ("HOUSE", 20, 420)]


def test_decomposed_tier_names_and_tiers_by_name(data: Path, intake: Intake) -> None:
    eaf(data / "a.eaf", {"Lexem_Geba\u0308rde_r_A": [(0, 400, "HAUS1A*")], "Mine": [(0, 400, "X:A"), (500, 900, "*B")]})
    assert intake("--profile", "dgs").signs("a") == [("HAUS1A", 0, 400)]
    assert intake("--tier", "Mine", "--prefix-drop", "X:", "--stars", "keep").signs("a") == [("*B", 500, 900)]
    assert intake("--tier", "Lexem_Gebärde_r_A", "--tier", "Mine").signs("a") == [
        ("HAUS1A", 0, 400),
        ("X:A", 0, 400),
        ("B", 500, 900),
    ]


def test_a_reference_tier_has_the_times_of_its_parent(data: Path, intake: Intake) -> None:
    path = lse(data / "a.eaf", (100, 500, "raw"))
    child = (
        '<TIER TIER_ID="ID" PARENT_REF="M_Glosa" LINGUISTIC_TYPE_REF="t"><ANNOTATION>'
        '<REF_ANNOTATION ANNOTATION_ID="r1" ANNOTATION_REF="ats2"><ANNOTATION_VALUE>CASA</ANNOTATION_VALUE>'
        "</REF_ANNOTATION></ANNOTATION></TIER><LINGUISTIC"
    )
    path.write_text(path.read_text().replace("<LINGUISTIC", child, 1))
    assert intake("--tier", "ID").signs("a") == [("CASA", 100, 500)]


def test_glosses_outside_the_controlled_vocabulary_are_told(data: Path, intake: Intake) -> None:
    rows = [(1000 * i, 1000 * i + 400, "CASA") for i in range(20)]
    lse(data / "a.eaf", *rows, (90_000, 90_400, "KASA"), values=["CASA", "BIEN"])
    came = intake()
    assert came.vocabulary["sign"].tolist() == ["CASA"]
    assert came.section("Glosses that no controlled vocabulary") == ["  KASA (1)"]
    assert intake("--vocabulary", word_list(data.parent, "KASA")).vocabulary["sign"].tolist() == ["KASA"]


def test_a_controlled_vocabulary_of_something_else_does_not_count(data: Path, intake: Intake) -> None:
    lse(data / "a.eaf", (0, 400, "CASA"), (500, 900, "BIEN"), values=["yes", "no"])
    assert intake().vocabulary["sign"].tolist() == ["BIEN", "CASA"]


def test_vocabulary_by_count_and_by_table(data: Path, intake: Intake) -> None:
    lse(data / "a.eaf", (0, 400, "CASA"), (500, 900, "CASA"), (1000, 1400, "HOGAR"), (1500, 1900, "BIEN"))
    assert intake("--min-count", 2).vocabulary["sign"].tolist() == ["CASA"]
    table = data.parent / "list.tsv"
    table.write_text("sign\taliases\nCASA\tHOGAR|VIVIENDA\nNADA\t\n")
    came = intake("--vocabulary", table)
    assert came.vocabulary.to_dict("records") == [{"class_id": 0, "sign": "CASA", "aliases": "HOGAR|VIVIENDA"}]
    assert "4 annotated signs: 3 show the 2 glosses of the vocabulary, 1 show 1 others" in came.text
    assert came.section("Signs that no training video shows") == ["  NADA"]


def test_signers_by_table_with_handedness_and_participant(data: Path, intake: Intake) -> None:
    for name in ("x", "y"):
        eaf(data / f"{name}.eaf", {"GlossR S1": [(0, 400, "A")], "GlossR S2": [(0, 400, "B")]})
    table = data.parent / "who.csv"
    table.write_text("video,signer,handedness,participant\nx.mp4,ann,L,S1\ny,bob,,S2\n")
    came = intake("--signers", table, "--vocabulary", word_list(data.parent, "A", "B"))
    assert came.column("signer") == {"x": "ann", "y": "bob"} and came.column("handedness") == {"x": "left", "y": ""}
    assert came.signs("x") == [("A", 0, 400)] and came.signs("y") == [("B", 0, 400)]


def test_signers_by_pattern_and_by_participant(data: Path, intake: Intake) -> None:
    eaf(data / "night ann.eaf", {"M_Glosa": [(0, 400, "A")]}, people={"M_Glosa": "Anna"})
    eaf(data / "day bob.eaf", {"M_Glosa": [(0, 400, "A")]})
    assert intake().column("signer") == {"night_ann": "Anna", "day_bob": ""}
    assert "a video without one counts as a signer of its own" in intake().text
    assert intake("--signer-pattern", ".* (.*)").column("signer") == {"night_ann": "ann", "day_bob": "bob"}


def test_one_signer_is_shared_out_by_video_and_told(data: Path, intake: Intake) -> None:
    for name in "xyz":
        eaf(data / f"{name}.eaf", {"M_Glosa": [(0, 400, "A")]}, people={"M_Glosa": "Anna"})
    came = intake()
    assert sorted(came.videos["split"]) == ["test", "train", "train"]
    assert "there is one signer" in came.text
