"""Spottings made elsewhere, exported from the command line."""

import pickle
from pathlib import Path

import pandas as pd
import pytest
from elan_documents import simple

from signspot.cli import main
from signspot.corpus.elan import Elan
from signspot.errors import InputError
from signspot.export import SpottingSource, write_spotted

HEADER = "video\tsign\tclass_id\tstart_ms\tend_ms\tscore\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spottings.tsv").write_text(f"{HEADER}a\tNULL\t0\t0\t40\t0.5\nb\tTREE\t1\t0\t80\t1\n", encoding="utf-8")
    simple(tmp_path, (0, 400, "A")).rename(tmp_path / "a.eaf")
    (tmp_path / "videos.tsv").write_text("video\tpath\tannotation\na\tv/a.mp4\ta.eaf\nb\tv/b.mp4\t\nc\tv/c.mp4\t\n")
    return tmp_path


def export(folder: Path, *options: str) -> int:
    paths = [str(folder / name) for name in ("spottings.tsv", "videos.tsv", "out")]
    return main(["export-elan", paths[0], "--videos", paths[1], "--out", paths[2], *options])


def values(path: Path, tier: str) -> list[str]:
    return [annotation.value for annotation in Elan.read(path).annotations(tier)]


def test_every_spotted_video_gets_its_files(folder: Path) -> None:
    assert export(folder, "--run", "mine") == 0
    assert {path.name for path in (folder / "out").glob("*.*")} - {".written"} == {
        f"{video}.{form}" for video in "ab" for form in ("eaf", "vtt", "srt", "csv")
    }
    assert values(folder / "out/a.eaf", "Gloss") == ["A"]
    assert values(folder / "out/a.eaf", "signspot:mine") == ["NULL"]
    assert values(folder / "out/b.eaf", "signspot:mine:score") == ["1.00"]
    assert Elan.read(folder / "out/b.eaf").media[0].relative_url == "../v/b.mp4"


def test_the_run_is_called_after_the_file(folder: Path) -> None:
    assert export(folder) == 0
    assert values(folder / "out/b.eaf", "signspot:spottings") == ["TREE"]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("videos.tsv", "\nb\t", "\nd\t", "videos.tsv: lacks the video b (1 of 2 spotted)"),
        ("videos.tsv", "a.eaf", "gone.eaf", "gone.eaf: there is no such file"),
        ("videos.tsv", "path", "file", "videos.tsv: column path is missing"),
        ("spottings.tsv", "\t0.5", "\tmuch", "score is 'much', expected a number from 0 to 1"),
        ("spottings.tsv", "\t40\t", "\t0\t", "NULL from 0 to 0 ms has no length"),
    ],
)
def test_wrong_input_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, message: str
) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    assert export(folder) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    [
        "../b",
        "../../b",
        "/tmp/b",
        "v/b",
        ".",
        "..",
        ".b",
        "b\\c",
        "C:b",
        "b c",
        "b.eaf",
        "b\x1b",
        "b" * 300,
        "b\u202e",
        "A",
    ],
)
def test_a_name_leads_to_no_file_but_its_own(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Of the spottings, which a stranger made, and of the table of videos."""
    for file in ("spottings.tsv", "videos.tsv"):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace("\nb\t", f"\n{name}\t"), encoding="utf-8")
    before = sorted(folder.rglob("*"))
    assert export(folder) == 2
    message = capsys.readouterr().err
    assert repr(name) in message and "videos.tsv" in message and "Traceback" not in message
    assert ("'a'" in message) == (name == "A"), "both names that differ in case alone"
    assert sorted(folder.rglob("*")) == before


def test_a_pickle_names_no_file_either(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor does a table of videos with rows that lead elsewhere, of which nothing is spotted."""
    (folder / "spottings.pkl").write_bytes(pickle.dumps({"../b": [[0, 0, 40]]}))
    with (folder / "videos.tsv").open("a") as file:
        file.write("../b\tv/b.mp4\t\n")
    arguments = ["--videos", str(folder / "videos.tsv"), "--out", str(folder / "inner/out")]
    assert main(["export-elan", str(folder / "spottings.pkl"), *arguments]) == 2
    assert "'../b'" in capsys.readouterr().err and not (folder / "inner").exists()


def test_the_function_refuses_such_names_itself(tmp_path: Path) -> None:
    rows = pd.DataFrame({"sign": ["A"], "start_ms": [0], "end_ms": [40], "score": [1.0]})
    for name in ("../b", str(tmp_path / "b"), "b\n"):
        with pytest.raises(InputError, match="cannot be that of a file"):
            write_spotted(name, rows, tmp_path / "out", media=tmp_path / "b.mp4", source=SpottingSource("r", ["A"]))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["NA", "null", "nan"])
def test_a_video_may_have_any_name(folder: Path, name: str) -> None:
    for file in ("spottings.tsv", "videos.tsv"):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace("\nb\t", f"\n{name}\t"), encoding="utf-8")
    assert export(folder, "--run", "mine") == 0
    assert values(folder / f"out/{name}.eaf", "signspot:mine") == ["TREE"]
