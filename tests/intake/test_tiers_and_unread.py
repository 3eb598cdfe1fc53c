"""Tiers by pattern and type, and files that are named although they are not read."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from intake_folders import Came, eaf, lse

from signspot.cli import main
from signspot.find.lexicon import read_lexicon
from signspot.intake.calls import again
from signspot.intake.conventions import Profile

Intake = Callable[..., Came]
Film = Callable[..., Path]


@pytest.fixture
def tiers(data: Path) -> Path:
    """A document with tiers of no convention, of the types ``gloss`` and ``note``."""
    path = eaf(
        data / "rec 1.eaf",
        {
            "GLOSS_R": [(0, 400, "HOUSE")],
            "GLOSS_L": [(500, 900, "TREE")],
            "Note [x]": [(0, 40, "new"), (50, 90, "old")],
        },
    )
    text = path.read_text().replace(
        "</TIER><LINGUISTIC", '</TIER><LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="note"/><LINGUISTIC'
    )
    path.write_text(
        text.replace('TIER_ID="Note [x]" LINGUISTIC_TYPE_REF="t"', 'TIER_ID="Note [x]" LINGUISTIC_TYPE_REF="note"')
    )
    return data


@pytest.mark.parametrize(
    ("wanted", "signs"),
    [
        (["GLOSS_*"], [("HOUSE", 0, 400), ("TREE", 500, 900)]),
        (["GLOSS_?"], [("HOUSE", 0, 400), ("TREE", 500, 900)]),
        (["*_[L]"], [("TREE", 500, 900)]),
        (["GLOSS_L", "GLOSS_*"], [("HOUSE", 0, 400), ("TREE", 500, 900)]),
        (["type:t"], [("HOUSE", 0, 400), ("TREE", 500, 900)]),
        (["type:no*"], [("new", 0, 40), ("old", 50, 90)]),
        (["Note [x]"], [("new", 0, 40), ("old", 50, 90)]),
        (["gloss_*", "GLOSS_R"], [("HOUSE", 0, 400)]),
    ],
)
def test_tiers_by_pattern_and_type(tiers: Path, intake: Intake, wanted: list[str], signs: list) -> None:
    came = intake(*(word for name in wanted for word in ("--tier", name)))
    assert came.status == 0, came.error
    assert came.signs("rec_1") == signs


def test_the_tiers_that_a_pattern_means_are_told(tiers: Path, intake: Intake) -> None:
    assert "Glosses: profile of --tier, tiers GLOSS_R, GLOSS_L" in intake("--tier", "type:t").text


@pytest.mark.parametrize(
    "options", [[], ["--tier", "Gloss_*"], ["--tier=Gloss", "--min-count", "1"], ["--profile", "lse"]]
)
def test_the_call_to_repeat_works(tiers: Path, intake: Intake, options: list[str]) -> None:
    """With a tier that is likely to hold glosses, without the tiers that were asked for in vain."""
    came = intake(*options)
    assert came.status == 2
    assert "  GLOSS_L: 1 files, 1 annotations" in came.error and "  Note [x]: 1 files, 2 annotations" in came.error
    call = shlex.split(came.error.split("For example: ")[1])
    assert call[-2:] == ["--tier", "GLOSS_L"] and "Gloss_*" not in call and "--tier=Gloss" not in call
    assert main(call[1:]) == 0


def test_a_call_with_other_options() -> None:
    call = ["signspot", "corpus", "init", "my folder", "--tier", "A", "--unit=s", "--tier=B", "--name", "x"]
    assert again(call, "--tier", "C d") == "signspot corpus init 'my folder' --unit=s --name x --tier 'C d'"
    assert again(call, "--unit", "ms") == "signspot corpus init 'my folder' --tier A --tier=B --name x --unit ms"
    assert again((), "--unit", "ms") == "--unit ms"


UNREAD = {
    "rec1.xlsx": "is a spreadsheet; save the table as CSV (UTF-8)",
    "rec1.json": "is not read; if it holds annotations, save the table as CSV (UTF-8)",
    "rec1.trs": "is not read; open it in ELAN (File > Import) and save it as .eaf",
    "rec1.antx": "is not read; open it in ELAN (File > Import) and save it as .eaf",
    "rec1.XML": "is not read; export .eaf, .TextGrid or CSV",
    "rec1.ass": "is not read; convert it to .srt or .vtt",
    "notes.txt": "has no columns separated by tabs, semicolons or commas.",
    "notes.docx": "is a document for people; save its table as CSV (UTF-8)",
}


def test_files_that_are_not_read_are_named(data: Path, film: Film, intake: Intake) -> None:
    lse(film(data / "rec1.mp4").with_suffix(".eaf"), (0, 400, "CASA"))
    for name in UNREAD:
        (data / name).write_text("a word\n")
    (data / "rec1.pfsx").write_text("preferences of ELAN are no annotations")
    (data / "README").write_text("no suffix")
    came = intake()
    assert came.status == 0 and came.signs("rec1") == [("CASA", 0, 400)]
    lines = [
        line.strip().split(": ", 1) for line in came.section("Files that were not read, for they hold no annotation")
    ]
    assert {Path(path).name: why for path, why in lines} == UNREAD
    assert (data.parent / "tables/summary.txt").read_text().count("rec1.xlsx") == 1


def test_nothing_but_files_that_are_not_read(data: Path, film: Film, intake: Intake) -> None:
    film(data / "rec1.mp4")
    (data / "rec1.xlsx").write_bytes(b"PK")
    came = intake()
    assert came.status == 2 and "rec1.xlsx: is a spreadsheet; save the table as CSV" in came.text


@pytest.mark.parametrize("name", ["rec1.srt", "rec1.vtt", "rec1.TextGrid", "rec1.txt", "rec1.csv"])
def test_find_reads_the_same_formats(data: Path, film: Film, name: str) -> None:
    texts = {
        ".srt": "1\n00:00:01,000 --> 00:00:01,500\nHOUSE\n",
        ".vtt": "WEBVTT\n\n00:01.000 --> 00:01.500\nHOUSE\n",
        ".TextGrid": '"ooTextFile"\n"TextGrid"\n0 4 <exists> 1 "IntervalTier" "gloss" 0 4 1 1 1.5 "HOUSE"',
        ".txt": "RH-IDgloss\t\t00:00:01.000\t00:00:01.500\tHOUSE\n",
        ".csv": "gloss;start_s;end_s\nHOUSE;1,0;1,5\n",
    }
    film(data / "rec1.mp4")
    (data / name).write_text(texts[Path(name).suffix])
    (video,) = read_lexicon([data]).videos
    assert video.signs == (("HOUSE", 1000, 1500),) and video.clip_of is None


def test_find_reads_tables_as_it_is_told(data: Path, film: Film) -> None:
    film(data / "rec1.mp4")
    (data / "rec1.csv").write_text("gloss,start,end\nHOUSE,1.0,1.5\n")
    from signspot.intake.formats import TableOptions

    (video,) = read_lexicon([data], tables=TableOptions(unit="s")).videos
    assert video.signs == (("HOUSE", 1000, 1500),)


def test_find_takes_patterns(tiers: Path, film: Film) -> None:
    film(tiers / "rec 1.mp4")
    (video,) = read_lexicon([tiers], Profile("mine", {"": ("GLOSS_*",)})).videos
    assert [one.sign for one in video.signs] == ["HOUSE", "TREE"]
