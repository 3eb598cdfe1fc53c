"""Sentences of a folder: from tiers, subtitles and tables, and what is told of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from intake_folders import Came, Row, eaf, lse

from signspot.cli import main
from signspot.corpus.sentences import read_sentences

SIGNS = [(0, 500, "HOUSE"), (1000, 1500, "TREE")]
SAID = [(0, 900, "I bought\na house."), (900, 2000, "It has a tree.")]
SRT = "1\n00:00:00,000 --> 00:00:01,500\nI bought a house\n\n2\n00:00:02,000 --> 00:00:03,000\n<i>It has a tree</i>\n"

Intake = Callable[..., Came]


def sentences(data: Path) -> list[tuple[str, int, int, str]]:
    """The rows of the table that was written."""
    table = read_sentences(data.parent / "tables/sentences.tsv", ["a", "b"])
    return list(table[["video", "start_ms", "end_ms", "text"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("glosses", "tier", "options"),
    [
        ("M_Glosa", "Trad", []),
        ("RH-IDgloss", "Free Translation", []),
        ("RH-IDgloss", "LitTransl", []),
        ("GlossR S1", "TranslationNarrow S1", []),
        ("Lexem_Gebärde_r_A", "Deutsche_Übersetzung", []),
        ("Lexem_Gebärde_r_A", "Deutsche_Übersetzung_A", []),
        ("M_Glosa", "said", ["--sentences", "said"]),
        ("M_Glosa", "said", ["--sentences", "sa*", "--tier", "M_Glosa"]),
    ],
)
def test_tiers_of_translations(data: Path, intake: Intake, glosses: str, tier: str, options: list[str]) -> None:
    eaf(data / "a.eaf", {glosses: SIGNS, tier: SAID, "other": SAID})
    came = intake(*options)
    assert came.status == 0, came.error
    assert sentences(data) == [("a", 0, 900, "I bought a house."), ("a", 900, 2000, "It has a tree.")]
    assert came.section("Sentences") == ["2 sentences in 1 videos; they last 1.0 s (median)."]
    assert "vocabulary.tsv, sentences.tsv, counts.tsv" in came.text


def test_without_a_known_tier_there_is_no_table(data: Path, intake: Intake) -> None:
    eaf(data / "a.eaf", {"M_Glosa": SIGNS, "Trad": SAID})
    assert intake().status == 0
    eaf(data / "a.eaf", {"M_Glosa": SIGNS, "said": SAID})
    assert intake().status == 0
    assert not (data.parent / "tables/sentences.tsv").exists(), "the one of the first call is gone"


@pytest.mark.parametrize(
    ("glosses", "translation", "signers"),
    [
        ("Lexem_Gebärde_r_{}", "Deutsche_Übersetzung_{}", ("A", "B")),
        ("GlossR {}", "TranslationNarrow {}", ("S1", "S2")),
    ],
)
def test_each_signer_has_the_own_translation(
    data: Path, intake: Intake, glosses: str, translation: str, signers: tuple[str, str]
) -> None:
    tiers: dict[str, list[Row]] = {glosses.format(signer): SIGNS for signer in signers}
    tiers |= {translation.format(signer): [said] for signer, said in zip(signers, SAID, strict=True)}
    eaf(data / "a.eaf", tiers)
    assert intake("--participant", signers[1]).status == 0
    assert [text for *_, text in sentences(data)] == ["It has a tree."]


@pytest.mark.parametrize(
    ("name", "text"), [("a.srt", SRT), ("a.en.srt", SRT), ("a.vtt", f"WEBVTT\n\n{SRT.replace(',', '.')}")]
)
def test_subtitles_that_are_sentences(data: Path, intake: Intake, film, name: str, text: str) -> None:
    film(data / "a.mp4")
    film(data / "b.mp4")
    lse(data / "a.eaf", *SIGNS)
    (data / name).write_text(text, encoding="utf-8")
    (data / "a.fr.srt").write_text(SRT.replace("house", "maison"), encoding="utf-8")
    came = intake()
    assert came.status == 0, came.error
    assert sentences(data) == [("a", 0, 1500, "I bought a house"), ("a", 2000, 3000, "It has a tree")]
    assert came.section("Videos without sentences") == ["  b"]
    assert came.section("Subtitles that were not read") == [f"  {data / 'a.fr.srt'}"]
    assert came.signs("a") == [("HOUSE", 0, 500), ("TREE", 1000, 1500)]


def test_a_table_of_sentences(data: Path, intake: Intake, film) -> None:
    film(data / "a.mp4")
    lse(data / "a.eaf", *SIGNS)
    table = data / "said.tsv"
    table.write_text("video\tstart_ms\tend_ms\ttext\na\t0\t900\tI bought a house.\n", encoding="utf-8")
    assert intake("--sentences", table).status == 0
    assert sentences(data) == [("a", 0, 900, "I bought a house.")]
    table.write_text("video\tstart_ms\tend_ms\ttext\na\t9000\t9900\tToo late.\n", encoding="utf-8")
    came = intake("--sentences", table)
    assert came.status == 2 and "line 2: start_ms is 9000, expected less than the length" in came.error


def test_what_cannot_be_used_is_told(data: Path, intake: Intake, film) -> None:
    film(data / "a.mp4")
    said = [(0, 1000, "One."), (500, 900, "Two."), (900, 1500, " "), (3900, 6000, "Three."), (5000, 6000, "Four.")]
    eaf(data / "a.eaf", {"M_Glosa": SIGNS, "Trad": said})
    came = intake()
    assert [text for *_, text in sentences(data)] == ["One.", "Two.", "Three."]
    assert sentences(data)[-1][2] == 4000
    assert came.section("Sentences left out") == [
        "  a, 900 to 1500 ms: : empty",
        "  a, 5000 to 6000 ms: Four.: begins after the end of the video",
    ]
    assert came.section("Sentences that were cut") == ["  a, 3900 to 4000 ms: Three.: ended 2000 ms after the video"]
    assert came.section("Sentences that overlap") == ["  a, 500 to 900 ms: Two.: the one before ends at 1000 ms"]


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ({"said": []}, "the tier holds no sentence that can be used"),
        ({"said": [(0, 900, "  ")]}, "the tier holds no sentence that can be used"),
        ({"sagt": SAID}, "no file has such a tier. There are:\n  M_Glosa: 1 files, 2 annotations\n  sagt"),
    ],
)
def test_a_tier_without_sentences_is_refused(data: Path, intake: Intake, tiers: dict, message: str) -> None:
    eaf(data / "a.eaf", {"M_Glosa": SIGNS, **tiers})
    came = intake("--sentences", "said")
    assert came.status == 2 and f"--sentences said: {message}" in came.error
    assert not (data.parent / "tables").exists()


def test_check_reads_them_again(data: Path, intake: Intake, film, capsys: pytest.CaptureFixture[str]) -> None:
    film(data / "a.mp4")
    eaf(data / "a.eaf", {"M_Glosa": SIGNS, "Trad": SAID})
    assert intake().status == 0
    assert main(["corpus", "check", str(data.parent / "tables")]) == 0
    assert "2 sentences in 1 videos" in capsys.readouterr().out
    path = data.parent / "tables/sentences.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("900\t", "x\t"), encoding="utf-8")
    assert main(["corpus", "check", str(data.parent / "tables")]) == 2
    assert "expected a whole number" in capsys.readouterr().err
