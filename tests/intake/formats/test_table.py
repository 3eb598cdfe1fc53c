"""Tables of any separator, encoding and unit are read to the same rows."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from intake_folders import Came, eaf
from read_back import signs_in, told

from signspot.cli import main
from signspot.intake.formats import TableOptions

Film = Callable[..., Path]
Intake = Callable[..., Came]
ROWS = [("HOUSE", 1000, 1500), ("ŠKOLA, B", 61_234, 3_661_500)]


def clock(ms: int) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


WRITERS = {"ms": str, "s": lambda ms: f"{ms / 1000:.3f}", "float": lambda ms: f"{ms:.1f}", "clock": clock}


def table(start: str, end: str, write: Callable[[int], str], separator: str, comma: bool = False) -> str:
    """A table of ROWS; ``comma``: with decimal commas. Cells that hold the separator are quoted."""
    lines = [["video", "gloss", start, end]]
    for gloss, first, last in ROWS:
        times = [write(ms).replace(".", ",") if comma else write(ms) for ms in (first, last)]
        lines.append(["rec1.mp4", gloss, *times])
    return "".join(
        separator.join(f'"{cell}"' if separator in cell else cell for cell in line) + "\r\n" for line in lines
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv", "rows.txt", "rows.tab"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_and_encodings(tmp_path: Path, separator: str, name: str, encoding: str) -> None:
    (tmp_path / name).write_bytes(table("start_ms", "end_ms", str, separator).encode(encoding))
    assert signs_in(tmp_path) == {"rec1": ROWS}


@pytest.mark.parametrize(
    ("start", "end", "writer"),
    [
        ("start_ms", "end_ms", "ms"),
        ("start_ms", "end_ms", "float"),
        ("Start (ms)", "End (ms)", "ms"),
        ("begin_s", "end_s", "s"),
        ("Start time [s]", "End time [s]", "s"),
        ("onset_sec", "offset_sec", "s"),
        ("startSeconds", "stopSeconds", "s"),
        ("Begin Time - ss.msec", "End Time - ss.msec", "s"),
        ("Begin Time - msec", "End Time - msec", "ms"),
        ("Begin Time - hh:mm:ss.ms", "End Time - hh:mm:ss.ms", "clock"),
        ("start", "end", "clock"),
        ("Start", "Stop", "clock"),
        ("start_ms", "end", "clock"),
    ],
)
@pytest.mark.parametrize("comma", [False, True])
def test_units_that_the_table_tells(tmp_path: Path, start: str, end: str, writer: str, comma: bool) -> None:
    (tmp_path / "rows.csv").write_text(table(start, end, WRITERS[writer], ";", comma))
    assert signs_in(tmp_path) == {"rec1": ROWS}


@pytest.mark.parametrize(("unit", "writer"), [("ms", "ms"), ("ms", "float"), ("s", "s")])
def test_units_that_the_user_tells(tmp_path: Path, unit: str, writer: str) -> None:
    (tmp_path / "rows.csv").write_text(table("start", "end", WRITERS[writer], ","))
    assert signs_in(tmp_path, tables=TableOptions(unit=unit)) == {"rec1": ROWS}


@pytest.mark.parametrize(("fps", "ms"), [(25, (1000, 1480)), (50, (500, 740))])
@pytest.mark.parametrize("columns", ["start_frame,end_frame", "frame_start,frame_end", "start,end"])
def test_frames_are_of_the_video(data: Path, film: Film, columns: str, fps: int, ms: tuple[int, int]) -> None:
    film(data / "rec1.mp4", fps)
    (data / "rec1.csv").write_text(f"sign,{columns}\nHOUSE,25,37\n")
    unit = "frames" if columns == "start,end" else "s"
    assert signs_in(data, tables=TableOptions(unit=unit)) == {"rec1": [("HOUSE", *ms)]}


@pytest.mark.parametrize("columns", ["start_ms,duration_ms", "start_s,duration_ms", "begin,dur"])
def test_durations(tmp_path: Path, columns: str) -> None:
    start = "1" if "start_s" in columns else "00:01" if "begin" in columns else "1000"
    (tmp_path / "rec1.csv").write_text(f"sign,{columns}\nHOUSE,{start},{'0:00.5' if 'begin' in columns else '500'}\n")
    assert signs_in(tmp_path) == {"rec1": [("HOUSE", 1000, 1500)]}


def test_minutes_and_seconds(tmp_path: Path) -> None:
    (tmp_path / "rec1.csv").write_text("sign,start,end\nA,0:01,0:02.5\nB,61:00,61:00.04\nC,1:01:00,1:01:00.04\n")
    assert signs_in(tmp_path) == {"rec1": [("A", 1000, 2500), ("B", 3_660_000, 3_660_040), ("C", 3_660_000, 3_660_040)]}


def test_a_table_beside_its_video(data: Path, film: Film, intake: Intake) -> None:
    for name in ("rec1", "day 1", "rec1.b"):
        film(data / f"{name}.mp4")
        (data / f"{name}.csv").write_text("gloss,start_ms,end_ms\nHOUSE,1000,1500\n")
    came = intake()
    assert all(came.signs(name) == [("HOUSE", 1000, 1500)] for name in ("rec1", "day_1", "rec1_b"))


def test_names_of_our_own_tables_mean_the_files(data: Path, film: Film, intake: Intake) -> None:
    film(data / "day 1 (new).mp4")
    (data / "rows.tsv").write_text("video\tsign\tstart_ms\tend_ms\nday_1_new_\tHOUSE\t1000\t1500\n")
    assert list(intake().videos["video"]) == ["day_1_new_"]


def test_tiers_and_participants(tmp_path: Path) -> None:
    rows = "M_Glosa,HOUSE,1000,1500\nTrad,a house,1000,1500\n"
    (tmp_path / "rec1.csv").write_text(f"tier,annotation,start_ms,end_ms\n{rows}")
    assert signs_in(tmp_path) == {"rec1": [("HOUSE", 1000, 1500)]}
    (tmp_path / "rec1.csv").write_text("signer,gloss,start_ms,end_ms\nann,HOUSE,1000,1500\nbob,TREE,1000,1500\n")
    assert "several signers (ann, bob)" in told(tmp_path)["rec1.csv"]
    assert signs_in(tmp_path, participant="bob") == {"rec1": [("TREE", 1000, 1500)]}


def test_a_named_separator_and_named_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("clip/what/from_ms/to_ms\nrec1/A,B;C/1000/1500\n")
    columns = [f"--column={pair}" for pair in ("video=clip", "sign=what", "start=from_ms", "end=to_ms")]
    assert main(["corpus", "init", str(tmp_path), "--separator", "/", *columns]) == 0
    written = (tmp_path / "signspot/annotations.tsv").read_text()
    assert written == "video\tsign\tstart_ms\tend_ms\nrec1\tA,B;C\t1000\t1500\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--separator", "::"], "--separator '::': expected one character, or one of tab"),
        (["--column", "clip"], "--column clip: expected OURS=THEIRS, where OURS is one of sign, video"),
        (["--column", "who=clip"], "--column who=clip: expected OURS=THEIRS"),
        (["--column", "video="], "--column video=: expected OURS=THEIRS"),
    ],
)
def test_wrong_options(data: Path, intake: Intake, options: list[str], message: str) -> None:
    came = intake(*options)
    assert came.status == 2 and message in came.error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "video,gloss,start,end\nrec1,HOUSE,1.0,1.5\n",
            "nothing tells the unit of the times in start; there are the col",
        ),
        ("video,gloss,start_ms,end_ms\nrec1,HOUSE,1000,soon\n", "line 2: end_ms is 'soon', expected a number of ms"),
        ("video,gloss,start_s,end_s\nrec1,HOUSE,1.0,1.2.3\n", "line 2: end_s is '1.2.3', expected a number of s"),
        ("video,gloss,start_s,end_s\nrec1,HOUSE,0:71,1:15\nrec1,A,0:75,0:80\n", "start_s is '0:71', expected a number"),
        ("video,gloss,start,end\nrec1,HOUSE,0:01,\n", "nothing tells the unit of the times in end"),
        ("video,gloss,start_ms,end_ms\n,HOUSE,1000,1500\n", "line 2: video is empty, expected the name of a video"),
        ("video,gloss,start_ms,end_ms\nrec1,HOUSE,1000,1500,9\n", "line 2: has more cells than the 4 columns"),
        ('video,gloss,start_ms,end_ms\nrec1,"HOUSE,1000,1500\n', "line 2: unexpected end of data"),
        ("gloss,start_frame,end_frame\nHOUSE,25,37\n", "times are frames, and 0 videos are called rec1"),
        ("gloss,start,end\nHOUSE,00:00:01:12,00:00:02:01\n", "nothing tells the unit"),
        ("gloss,start_ms,end_ms\nHOUSE,00:00:01:12,00:00:02:01\n", "'00:00:01:12' counts frames after the seconds"),
        ("gloss,start_ms,end_ms,gloss\nHOUSE,1,2,TREE\n", "the column 'gloss' is there twice. Rename or remove one"),
        (f"gloss,start_ms,end_ms\nHOUSE,1,{'9' * 5000}\n", "expected a number of ms"),
        ("gloss,start_ms,end_ms\nHOUSE,1,99999:00:00\n", "end_ms is '99999:00:00', expected a number of ms"),
        ("gloss,start_ms,end_ms\nHOUSE,1e99,2e99\n", "start_ms is '1e99', expected a number of ms"),
    ],
)
def test_broken_ones(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "rec1.csv").write_text(text)
    assert message in told(tmp_path)["rec1.csv"]
    assert not signs_in(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["who,age\np01,33\n", "video,signer\nrec1,ann\n", "gloss,start_ms\nHOUSE,1\n", "gloss,start_ms,end_ms\n", "\n"],
)
def test_tables_of_something_else_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "rec1.csv").write_text(text)
    why = told(tmp_path)["rec1.csv"]
    assert "has the columns" in why or "no rows" in why or "is empty" in why or "has no columns" in why


def test_the_first_line_of_excel(tmp_path: Path) -> None:
    (tmp_path / "rec1.csv").write_bytes("\ufeffsep=;\r\ngloss;start_s;end_s\r\nHOUSE;1,0;1,5\r\n".encode("utf-8"))
    assert signs_in(tmp_path) == {"rec1": [("HOUSE", 1000, 1500)]}


@pytest.mark.parametrize("content", [b"x" * 200_000, b"a,b\n" + b"x," * 200_000, bytes(range(256)) * 9, b'"' * 999])
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.srt", "a.vtt", "a.TextGrid", "a.pkl", "a.eaf"])
def test_rubbish_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert told(tmp_path)[name]
    assert not signs_in(tmp_path)


def test_a_table_of_no_known_video_asks_for_its_column(data: Path, film: Film) -> None:
    film(data / "rec1.mp4")
    (data / "all.csv").write_text("clip,gloss,start_ms,end_ms\nrec1,HOUSE,1000,1500\n")
    why = told(data, call=["signspot", "corpus", "init", "my data"])["all.csv"]
    assert why.startswith(
        "no column tells the video, and no video is called all; there are the columns clip, gloss, st"
    )
    assert why.endswith("signspot corpus init 'my data' --column video=NAME")
    assert signs_in(data, tables=TableOptions(columns={"video": "clip"})) == {"rec1": [("HOUSE", 1000, 1500)]}


@pytest.mark.parametrize(
    ("times", "unit"),
    [(("1.0,1.5", "2.25,2.5"), "s"), (("1000,1500", "2000,2400"), "ms"), (("25,37", "50,60"), "frames")],
)
def test_the_call_to_repeat_works(data: Path, film: Film, intake: Intake, times: tuple[str, str], unit: str) -> None:
    """It has the unit that the steps between the times suggest, and all other words of the call."""
    film(data / "rec1.mp4")
    (data / "a b.csv").write_text("video,gloss,start,end\n" + "".join(f"rec1,HOUSE,{row}\n" for row in times))
    came = intake("--name", "a 'b'")
    (line,) = came.section("Files left out: 1")
    call = shlex.split(line.split("Name it as ms, s or frames: ")[1])
    assert call[:3] == ["signspot", "corpus", "init"] and call[-2:] == ["--unit", unit] and "a 'b'" in call
    assert main(call[1:]) == 0
    assert "rec1\tHOUSE" in (data.parent / "tables/annotations.tsv").read_text()


def test_the_same_table_as_the_document(tmp_path: Path) -> None:
    eaf(tmp_path / "document/rec1.eaf", {"M_Glosa": [(start, end, gloss) for gloss, start, end in ROWS]})
    (tmp_path / "table").mkdir()
    (tmp_path / "table/rec1.csv").write_text(table("start_s", "end_s", WRITERS["s"], "\t"))
    assert signs_in(tmp_path / "table") == signs_in(tmp_path / "document")
