"""Folders with something wrong in them: a clear message in the summary, and the rest goes on."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from intake_folders import Came, eaf, lse

Intake = Callable[..., Came]
Film = Callable[..., Path]

BOMB = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><ANNOTATION_DOCUMENT>&y;</ANNOTATION_DOCUMENT>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><ANNOTATION_DOCUMENT>&x;</ANNOTATION_DOCUMENT>'


@pytest.fixture
def good(data: Path, film: Film) -> Path:
    """Two videos with nothing wrong."""
    for name in ("p01_ok", "p02_ok"):
        film(data / f"{name}.mp4")
        lse(data / f"{name}.eaf", (0, 400, "CASA"), (1000, 1400, "BIEN"))
    return data


def went_on(came: Came, *more: str) -> None:
    """The good videos are in the tables, and none else but these."""
    assert came.status == 0, came.error
    assert set(came.videos["video"]) == {"p01_ok", "p02_ok", *more}
    assert came.signs("p01_ok") == [("CASA", 0, 400), ("BIEN", 1000, 1400)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<ANNOTATION_DOCUMENT><HEADER>", "is not well-formed XML"),
        ("", "is not well-formed XML"),
        ("\x00\x01", "is not well-formed XML"),
        ("<html><body/></html>", "its root element is html, expected ANNOTATION_DOCUMENT"),
        (BOMB, "declares a document type or entities"),
        (OUTSIDE, "declares a document type or entities"),
    ],
)
def test_files_that_are_no_elan_documents(good: Path, film: Film, intake: Intake, content: str, message: str) -> None:
    (good / "p03_bad.eaf").write_text(content)
    film(good / "p03_bad.mp4")
    came = intake()
    went_on(came)
    [line] = came.section("Files left out: 1")
    assert line.startswith(f"  {good / 'p03_bad.eaf'}: {message}")
    assert came.section("Videos left out: 1") == [f"  {good / 'p03_bad.mp4'}: its annotations could not be read"]


def test_no_such_tier(good: Path, intake: Intake) -> None:
    eaf(good / "p03_bad.eaf", {"Gloss": [(0, 400, "CASA")], "Trad": []})
    came = intake()
    went_on(came)
    assert came.section("Files left out") == [f"  {good / 'p03_bad.eaf'}: has no tier M_Glosa; there are: Gloss, Trad"]


def test_tier_without_annotations(good: Path, film: Film, intake: Intake) -> None:
    lse(good / "p03_new.eaf")
    film(good / "p03_new.mp4")
    came = intake()
    went_on(came, "p03_new")
    assert came.column("split")["p03_new"] == "predict"
    assert came.section("Videos without annotations") == [
        f"  {good / 'p03_new.mp4'}: {good / 'p03_new.eaf'} has none in its tiers of glosses"
    ]


def test_media_not_found(good: Path, intake: Intake) -> None:
    lse(good / "p03_gone.eaf", (0, 99_000, "CASA"), media=[{"MEDIA_URL": "D:\\films\\p03 gone.mov"}])
    came = intake()
    went_on(came, "p03_gone")
    assert came.column("path")["p03_gone"] == "../data/p03 gone.mov"
    assert came.signs("p03_gone") == [("CASA", 0, 99_000)]
    assert came.section("Annotations without their video") == [f"  p03_gone: expected {good / 'p03 gone.mov'}"]


def test_media_not_found_can_be_skipped(good: Path, intake: Intake) -> None:
    lse(good / "p03_gone.eaf", (0, 400, "CASA"))
    assert "1 videos must be brought where they are expected" in intake().text
    came = intake("--skip-missing")
    went_on(came)
    assert came.section("Videos left out") == [
        f"  {good / 'p03_gone.mp4'}: is not there; {good / 'p03_gone.eaf'} is not used"
    ]
    assert "must be brought" not in came.text


def test_no_media_at_all(data: Path, intake: Intake) -> None:
    for name in ("p01_a", "p02_a"):
        lse(data / f"{name}.eaf", (0, 400, "CASA"))
    came = intake()
    assert came.status == 0 and came.section("Frame rates")[0].startswith("No video is there")


def test_two_videos_of_one_name(good: Path, film: Film, intake: Intake) -> None:
    for place in ("a/p03.mp4", "b/p03.mov"):
        film(good / place)
    lse(good / "p03.eaf", (0, 400, "CASA"))
    came = intake()
    went_on(came)
    both = f"several videos are called p03: {good / 'a/p03.mp4'}, {good / 'b/p03.mov'}"
    assert [line.split("; ")[0] for line in came.section("Files left out: 3")] == [
        f"  {good / name}: {both}" for name in ("p03.eaf", "a/p03.mp4", "b/p03.mov")
    ]


def test_two_videos_of_one_name_of_which_the_link_names_one(good: Path, film: Film, intake: Intake) -> None:
    for place in ("a/p03.mp4", "b/p03.mp4"):
        film(good / place)
    lse(good / "p03.eaf", (0, 400, "CASA"), media=[{"MEDIA_URL": "", "RELATIVE_MEDIA_URL": "b/p03.mp4"}])
    came = intake()
    went_on(came, "p03")
    assert came.column("path")["p03"] == "../data/b/p03.mp4"
    assert [line.split(":")[0] for line in came.section("Files left out: 1")] == [f"  {good / 'a/p03.mp4'}"]


def test_two_files_for_one_video(good: Path, film: Film, intake: Intake) -> None:
    film(good / "p03.mp4")
    for name in ("first", "second"):
        lse(good / f"{name}.eaf", (0, 400, "CASA"), media=[{"MEDIA_URL": "", "RELATIVE_MEDIA_URL": "p03.mp4"}])
    came = intake()
    went_on(came)
    lines = [line.split(": ") for line in came.section("Files left out: 3")]
    assert [line[0] for line in lines] == [f"  {good / name}" for name in ("first.eaf", "second.eaf", "p03.mp4")]
    assert {line[1] for line in lines} == {"several files annotate p03"}


def test_annotations_past_the_end(good: Path, film: Film, intake: Intake) -> None:
    film(good / "p03.mp4")
    lse(good / "p03.eaf", (0, 400, "CASA"), (3000, 4030, "BIEN"), (3500, 9000, "TIPO"), (4000, 4400, "NO"))
    came = intake("--min-count", 2)
    went_on(came, "p03")
    assert came.signs("p03") == [("CASA", 0, 400), ("BIEN", 3000, 4030), ("TIPO", 3500, 4000)], "a frame more is fine"
    assert came.section("Annotations left out") == [
        "  p03: NO from 4000 to 4400 ms: begins after the end of the video (p03.eaf)"
    ]
    assert came.section("Annotations that were cut") == [
        "  p03: TIPO from 3500 to 4000 ms: ended 5000 ms after the video"
    ]


def test_annotations_of_negative_or_zero_length(good: Path, film: Film, intake: Intake) -> None:
    film(good / "p03.mp4")
    lse(good / "p03.eaf", (0, 400, "CASA"), (1000, 1000, "BIEN"), (2000, 1500, "BIEN"))
    came = intake()
    went_on(came, "p03")
    assert came.signs("p03") == [("CASA", 0, 400)]
    assert came.section("Annotations left out: 2") == [
        "  p03: BIEN from 1000 to 1000 ms: zero length (p03.eaf)",
        "  p03: BIEN from 2000 to 1500 ms: negative length (p03.eaf)",
    ]


def test_annotations_before_the_video_begins(good: Path, film: Film, intake: Intake) -> None:
    film(good / "p03.mp4")
    media = [{"MEDIA_URL": "p03.mp4", "TIME_ORIGIN": "-1000"}]
    lse(good / "p03.eaf", (0, 400, "CASA"), (800, 1400, "BIEN"), media=media)
    came = intake()
    went_on(came, "p03")
    assert came.signs("p03") == [("BIEN", 0, 400)]
    assert "ends before the video begins" in came.section("Annotations left out")[0]
    assert came.section("Annotations that were cut")[0].endswith("began 200 ms before the video")


def test_two_signers_in_one_file(data: Path, film: Film, intake: Intake) -> None:
    for name in ("p01_ok", "p02_ok"):
        eaf(data / f"{name}.eaf", {"GlossR S1": [(0, 400, "CASA"), (1000, 1400, "BIEN")], "GlossR S2": []})
    eaf(data / "p03.eaf", {"GlossR S1": [(0, 400, "CASA")], "GlossL S2": [(0, 400, "NO")]})
    film(data / "p03.mp4")
    came = intake()
    went_on(came)
    assert came.section("Files left out") == [
        f"  {data / 'p03.eaf'}: holds glosses of several signers (S1, S2); pick one with --participant NAME"
    ]
    assert came.section("Videos left out") == [f"  {data / 'p03.mp4'}: its annotations could not be read"]
    picked = intake("--participant", "S1")
    assert picked.signs("p03") == [("CASA", 0, 400)]
    assert intake("--participant", "S2").section("Files left out")[0].endswith("no participant S2 with glosses, but S1")


def test_two_participants_in_one_file(data: Path, intake: Intake) -> None:
    hands = {"RH-IDgloss": [(0, 400, "A")], "LH-IDgloss": [(0, 400, "B")]}
    eaf(data / "a.eaf", hands, people={"RH-IDgloss": "Ann", "LH-IDgloss": "Bob"})
    came = intake()
    assert came.status == 2 and "holds glosses of several signers (Ann, Bob)" in came.text
    assert intake("--participant", "Bob").signs("a") == [("B", 0, 400)]


def test_files_that_are_no_videos(good: Path, intake: Intake) -> None:
    (good / "p03.mp4").write_text("no video")
    (good / "p04.mp4").touch()
    lse(good / "p03.eaf", (0, 400, "CASA"))
    came = intake()
    went_on(came)
    lines = came.section("Videos left out: 2")
    assert lines[0].startswith(f"  {good / 'p03.mp4'}: cannot be decoded as video")
    assert lines[1].startswith(f"  {good / 'p04.mp4'}: is empty")


class Runs:
    def __reduce__(self) -> tuple:
        return eval, ("1/0",)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p03.txt", b"0,0,400\n0;1;2\n", "line 2: '0;1;2' is not class,start_ms,end_ms"),
        ("p03.pkl", pickle.dumps(Runs()), "refused as a pickle"),
        ("p03.pkl", b"hello", "refused as a pickle"),
        ("p03.csv", b"video,sign,start_ms,end_ms\np03,CASA,0,x\n", "line 2: end_ms is 'x', expected a number of ms"),
        ("p03.csv", b"video,sign,start_ms,end_ms\np03,\x81,0,1\n", "Save it as UTF-8"),
    ],
)
def test_other_broken_files(good: Path, intake: Intake, name: str, content: bytes, message: str) -> None:
    (good / name).write_bytes(content)
    came = intake()
    went_on(came)
    assert message in came.section("Files left out: 1")[0]


@pytest.mark.parametrize("name", [b"p03\nx.mp4", b"p03\tx.eaf", b"p03\xe1.mp4"])
def test_names_that_cannot_be_written(good: Path, intake: Intake, name: bytes) -> None:
    Path(os.fsdecode(os.fsencode(good) + b"/" + name)).touch()
    came = intake()
    went_on(came)
    [line] = came.section("Files left out: 1")
    assert line.startswith("  '") and line.endswith("its name holds a control character or is not UTF-8; rename it")


def test_names_in_tables_lead_to_videos_of_the_folder_alone(good: Path, film: Film, intake: Intake) -> None:
    for name in ("p03", "p04", "p05"):
        film(good / f"takes/{name}.mp4")
    film(good.parent / "outside.mp4")
    names = ["takes/p03", "../../p04", "D:\\films\\p05", "../outside", f"{good.parent}/outside", "a\x07b", "a\x1bb"]
    rows = [f"{name},CASA,0,400" for name in names]
    (good / "list.csv").write_text("\n".join(["video,sign,start_ms,end_ms", *rows, ""]))
    came = intake()
    assert came.status == 0, came.error
    paths = came.column("path")
    assert {name: paths[name] for name in ("p03", "p04", "p05")} == {
        name: f"../data/takes/{name}.mp4" for name in ("p03", "p04", "p05")
    }
    assert not any("outside" in path and "data" not in path for path in paths.values())
    lines = [line for line in came.section("Files left out") if "list.csv, video 'a\\x" in line]
    assert len(lines) == 2 and all("rename it" in line for line in lines)


def test_nothing_usable(data: Path, intake: Intake) -> None:
    (data / "a.eaf").write_text("<x")
    came = intake()
    assert came.status == 2
    assert "no example of a sign was found" in came.error
    assert f"{data / 'a.eaf'}: is not well-formed XML" in came.text
    assert not (data.parent / "tables").exists()


def test_unknown_tiers_are_listed(data: Path, intake: Intake) -> None:
    eaf(data / "a.eaf", {"Right hand": [(0, 400, "CASA")], "Note": [(0, 400, "new")]})
    came = intake()
    assert came.status == 2 and "fit no profile" in came.error and "  Right hand: 1 files, 1 annotations" in came.error


def test_long_lists_are_cut(good: Path, intake: Intake) -> None:
    for i in range(14):
        (good / f"bad{i:02d}.eaf").write_text("<x")
    lines = intake().section("Files left out: 14")
    assert len(lines) == 11 and lines[-1] == "  … and 4 more"
