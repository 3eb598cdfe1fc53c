"""The lists of published corpora of single signs, made up in their forms, and the tables of clips made from them."""

import json
from pathlib import Path

import pytest

from signspot.cli import main
from signspot.intake.clip_lists import read_classes, read_list
from signspot.plan.sources import read_corpus
from signspot.rows import read_rows

YOUTUBE = "https://www.youtube.com/watch?v="
WLASL = [
    {
        "gloss": "book",
        "instances": [
            {"video_id": "001", "frame_start": 1, "frame_end": -1, "fps": 25, "signer_id": 3, "split": "train"},
            {
                "video_id": "002",
                "frame_start": 26,
                "frame_end": 75,
                "fps": 25,
                "url": f"{YOUTUBE}long-1",
                "split": "val",
            },
            {"video_id": "003", "frame_start": 1, "frame_end": -1, "url": "http://x.org/3.mp4", "split": "test"},
        ],
    },
    {"gloss": "drink", "instances": [{"video_id": "004", "url": "https://youtu.be/long-1", "split": "train"}]},
    {"gloss": "chair", "instances": [{"video_id": "005", "signer_id": -1, "split": "test"}]},
]
MSASL = [
    {
        **{"clean_text": "hi", "text": "hello", "label": 0, "url": "www.youtube.com/watch?v=abc_1&t=3"},
        **{"start_time": 1.5, "end_time": 2.25, "signer_id": 7},
    },
    {
        **{"clean_text": "nice", "label": 2, "url": f"{YOUTUBE}abc_1", "start_time": 4, "end_time": 5.0},
        **{"signer_id": -1},
    },
]


def videos(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def convert(tmp_path: Path, *arguments: str) -> list[dict[str, str]]:
    call = ["convert-clips", *arguments, "--videos", str(tmp_path / "videos"), "--out", str(tmp_path / "out")]
    assert main(call) == 0
    return read_rows(tmp_path / "out/clips.tsv").to_dict("records")


def written(path: Path, content: object) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_wlasl_takes_cut_clips_and_parts_of_longer_videos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    videos(tmp_path / "videos", "001.mp4", "raw/long-1.mp4", "005.mp4")
    rows = convert(tmp_path, written(tmp_path / "WLASL.json", WLASL))
    assert [(r["sign"], r["split"], r["signer"], r["start_ms"], r["end_ms"]) for r in rows] == [
        ("book", "train", "3", "", ""),
        ("book", "val", "", "1000", "3000"),
        ("drink", "train", "", "0", ""),
    ]
    assert rows[0]["path"] == str(tmp_path / "videos/001.mp4")
    assert read_rows(tmp_path / "out/vocabulary.tsv")["sign"].tolist() == ["book", "drink"]
    out = capsys.readouterr().out
    assert "3 clips of 2 signs by 1 known signers; train 2, val 1" in out
    assert "Clips left out, for their video is not there: 1\n" in out and "  003\n" in out
    assert "Signs left out, for no training clip of them is there: 1\n" in out and "  chair\n" in out


def test_what_is_written_is_a_corpus(tmp_path: Path) -> None:
    videos(tmp_path / "videos", "001.mp4", "002.mp4", "003.mp4", "004.mp4", "005.mp4")
    convert(tmp_path, written(tmp_path / "WLASL.json", WLASL), "--signs", "2")
    files = {name: str(tmp_path / f"out/{name}.tsv") for name in ("clips", "vocabulary")}
    tables = read_corpus({"name": "wlasl", "fps": 25, "source": "isolated", "isolated": files}, 1, "results/wlasl")
    assert tables.of(["train"]) == ["001", "004"]
    assert tables.vocabulary["sign"].tolist() == ["book", "drink"]


def test_msasl_takes_parts_of_videos_and_splits_by_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    videos(tmp_path / "videos", "abc_1.mp4")
    train, test = (written(tmp_path / f"{name}.json", MSASL) for name in ("train", "test"))
    rows = convert(tmp_path, f"train={train}", f"test={test}")
    assert [(r["sign"], r["split"], r["signer"], r["start_ms"], r["end_ms"]) for r in rows[:2]] == [
        ("hello", "train", "7", "1500", "2250"),
        ("nice", "train", "", "4000", "5000"),
    ]
    assert [r["split"] for r in rows[2:]] == ["test", "test"]
    assert len({r["video"] for r in rows}) == 4
    assert "class ids of the lists have gaps" in capsys.readouterr().out


def test_autsl_takes_colours_classes_and_signers_of_names(tmp_path: Path) -> None:
    names = ("signer0_sample1", "signer1_sample9")
    videos(tmp_path / "videos/train", *(f"{name}_{kind}.mp4" for name in names for kind in ("color", "depth")))
    labels = written(tmp_path / "train_labels.csv", "signer0_sample1,41\nsigner1_sample9,2\n")
    classes = written(tmp_path / "classes.csv", "ClassId,TR,EN\n2,abla,sister\n41,kitap,book\n")
    rows = convert(tmp_path, f"train={labels}", "--classes", classes)
    assert [(r["video"], r["sign"], r["signer"]) for r in rows] == [
        ("signer0_sample1_color", "book", "signer0"),
        ("signer1_sample9_color", "sister", "signer1"),
    ]
    assert read_rows(tmp_path / "out/vocabulary.tsv")["sign"].tolist() == ["sister", "book"]
    assert read_classes(Path(classes), "TR") == {2: "abla", 41: "kitap"}
    assert [clip.sign for clip in read_list(Path(labels))] == ["41", "2"]


def test_paths_are_seen_from_the_folder_of_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    videos(Path("videos"), "a.mp4")
    written(Path("labels.csv"), "a,0\n")
    assert main(["convert-clips", "labels.csv", "--videos", "videos", "--out", "out"]) == 0
    assert read_rows("out/clips.tsv")["path"].tolist() == ["../videos/a.mp4"]


def test_without_splits_there_is_no_column_of_them(tmp_path: Path) -> None:
    videos(tmp_path / "videos", "a.mp4")
    rows = convert(tmp_path, written(tmp_path / "labels.csv", "video,class\na,0\n"))
    assert [list(row) for row in rows] == [["video", "path", "sign", "signer", "start_ms", "end_ms"]]


@pytest.mark.parametrize(
    ("name", "content", "options", "named"),
    [
        ("a.json", "{}", [], "holds no JSON list of objects. Expected the JSON of WLASL or MS-ASL"),
        ("a.json", [{"word": "x"}], [], "expected objects with gloss and instances (WLASL)"),
        ("a.json", [{"gloss": "x", "instances": [3]}], [], "x: instances is no list of objects"),
        ("a.json", [{"gloss": "x", "instances": [{"video_id": "1", "split": "exam"}]}], [], "split is 'exam'"),
        ("a.json", [{"gloss": "x", "instances": [{"video_id": "1", "fps": 0}]}], [], "instance 1: fps is 0, expected"),
        ("a.json", [{**MSASL[0], "end_time": "soon"}], [], "entry 1: end_time is 'soon', expected a number"),
        ("a.json", [{**MSASL[0], "url": "x.org/1"}], [], "entry 1: url is 'x.org/1', expected one of YouTube"),
        ("a.json", [MSASL[0], {**MSASL[1], "label": 0}], [], "class 0 is nice, but hello elsewhere"),
        ("a.json", [{**MSASL[0], "url": "http://[1"}], [], "entry 1: url is 'http://[1', expected one of YouTube"),
        ("a.json", [{**MSASL[0], "text": "a\tb"}], [], "entry 1: text is 'a\\tb', expected a text"),
        ("a.csv", "a,1\nb\n", [], "line 2: is 'b', expected a video and the number of its class"),
        ("a.csv", "a,1\n", ["--classes", "classes.csv"], "a.csv, line 1: class 1 is not in the list of classes"),
        ("a.csv", "gone,1\n", [], "none of the 1 clips is there, of which the first is gone"),
        ("a.csv", "twice,1\n", [], "several videos are called twice: "),
        ("a.csv", "a,1\n", ["--classes", "same.csv"], "EN 'x' is there twice, expected each class once. Name another"),
        ("a.csv", "a,1\n", ["train=a.csv"], "a.csv, line 1: has no split, but others have"),
        ("a.csv", "a,1\n", ["exam=a.csv"], "exam=a.csv: split is 'exam', expected one of train"),
        ("gone.json", None, [], "gone.json: there is no such file"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: object,
    options: list[str],
    named: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    videos(Path("videos"), "a.mp4", "abc_1.mp4", "x/twice.mp4", "y/twice.mp4")
    written(Path("classes.csv"), "ClassId,EN\n0,x\n")
    written(Path("same.csv"), "ClassId,EN\n0,x\n1,x\n")
    if content is not None:
        written(Path(name), content)
    assert main(["convert-clips", name, *options, "--videos", "videos", "--out", "out"]) == 2
    assert named in capsys.readouterr().err
    assert not Path("out").exists()
