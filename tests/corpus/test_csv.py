"""Tables under other names, as people have them."""

from pathlib import Path

import pytest

from signspot.cli import main
from signspot.corpus.csv import from_csv
from signspot.corpus.tables import check_media, read_tables
from signspot.errors import InputError

VIDEOS = "name,part,who,age\nann_1,learn,ann,30\nbob_1,exam,bob,\neve_1,junk,eve,50\n"
ANNOTATIONS = "name,gloss,from,to,sure\nann_1,NIGHT,0,400,yes\nann_1,DAY,800,1200,\neve_1,NOON,0,40,\n"
MORE = "name,gloss,from,to\nbob_1,DAY,40,480\n"
COLUMNS = {"video": "name", "sign": "gloss", "start_ms": "from", "end_ms": "to", "split": "part", "signer": "who"}
SPLITS = {"learn": "train", "exam": "test", "junk": ""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("videos", VIDEOS), ("annotations", ANNOTATIONS), ("more", MORE)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "media").mkdir()
    for video in ("ann_1", "bob_1"):
        (tmp_path / f"media/{video}.mp4").touch()
    return tmp_path


def convert(folder: Path, *, vocabulary: str | None = None, columns=COLUMNS, splits=SPLITS, media="media/{video}.mp4"):
    return from_csv(
        [folder / "annotations.csv", folder / "more.csv"],
        folder / "videos.csv",
        folder / vocabulary if vocabulary else None,
        columns=columns,
        splits=splits,
        media=media,
    )


def test_renames_columns_and_splits_joins_annotations_and_leaves_out(folder: Path) -> None:
    tables = convert(folder)
    assert tables.videos.to_dict("records") == [
        {"video": "ann_1", "split": "train", "signer": "ann", "age": "30", "path": str(folder / "media/ann_1.mp4")},
        {"video": "bob_1", "split": "test", "signer": "bob", "age": "", "path": str(folder / "media/bob_1.mp4")},
    ]
    assert tables.annotations.to_numpy().tolist() == [
        ["ann_1", "NIGHT", 0, 400, "yes"],
        ["ann_1", "DAY", 800, 1200, ""],
        ["bob_1", "DAY", 40, 480, ""],
    ]
    assert tables.vocabulary["sign"].tolist() == ["DAY", "NIGHT"]
    check_media(tables)


def test_vocabulary_without_numbers_is_numbered_by_its_rows(folder: Path) -> None:
    (folder / "labels.csv").write_text("gloss\nNIGHT\nDAY\nNOON\n")
    assert convert(folder, vocabulary="labels.csv").vocabulary["sign"].tolist() == ["NIGHT", "DAY", "NOON"]


def test_vocabulary_with_numbers(folder: Path) -> None:
    (folder / "labels.csv").write_text("no,gloss\n1,NIGHT\n0,DAY\n2,NOON\n")
    tables = convert(folder, vocabulary="labels.csv", columns=COLUMNS | {"class_id": "no"})
    assert tables.vocabulary[["class_id", "sign"]].to_numpy().tolist() == [[0, "DAY"], [1, "NIGHT"], [2, "NOON"]]


def test_column_that_no_file_has(folder: Path) -> None:
    with pytest.raises(InputError, match="handedness=hand: no file has a column hand"):
        convert(folder, columns=COLUMNS | {"handedness": "hand"})


def test_column_that_is_there_under_both_names(folder: Path) -> None:
    (folder / "more.csv").write_text(MORE.replace("to\n", "to,sign\n").replace("480\n", "480,X\n"))
    with pytest.raises(InputError, match=r"more\.csv: has a column sign besides gloss"):
        convert(folder)


def test_column_that_was_not_renamed(folder: Path) -> None:
    with pytest.raises(InputError, match=r"annotations\.csv: column sign is missing; there are: .*gloss"):
        convert(folder, columns={ours: theirs for ours, theirs in COLUMNS.items() if ours != "sign"})


def test_split_without_a_meaning(folder: Path) -> None:
    with pytest.raises(InputError, match=r"videos\.csv, line 4: split is 'junk'"):
        convert(folder, splits={"learn": "train", "exam": "test"})


def test_split_with_a_wrong_meaning(folder: Path) -> None:
    with pytest.raises(InputError, match=r"videos\.csv, line 3: split is 'testing'"):
        convert(folder, splits=SPLITS | {"exam": "testing"})


def test_wrong_row_is_named_by_its_own_file(folder: Path) -> None:
    (folder / "more.csv").write_text(MORE + "bob_1,DAY,80,80\n")
    with pytest.raises(InputError, match=r"more\.csv, line 3: end_ms is 80"):
        convert(folder)


@pytest.mark.parametrize("media", ["media/{nobody}.mp4", "media/{}.mp4", "media/{video"])
def test_pattern_that_does_not_fit(folder: Path, media: str) -> None:
    with pytest.raises(InputError, match=r"media path 'media.*Use columns"):
        convert(folder, media=media)


def test_path_column_without_a_pattern(folder: Path) -> None:
    (folder / "videos.csv").write_text(
        "name,part,who,path\nann_1,learn,ann,media/ann_1.mp4\nbob_1,exam,bob,/b.mp4\neve_1,junk,,x\n"
    )
    assert convert(folder, media=None).videos["path"].tolist() == [str(folder / "media/ann_1.mp4"), "/b.mp4"]
    (folder / "videos.csv").write_text(VIDEOS)
    with pytest.raises(InputError, match="column path is missing"):
        convert(folder, media=None)


def arguments(folder: Path) -> list[str]:
    return [
        *(
            "--annotations",
            str(folder / "annotations.csv"),
            str(folder / "more.csv"),
            "--videos",
            str(folder / "videos.csv"),
        ),
        *(f"--column={ours}={theirs}" for ours, theirs in COLUMNS.items()),
        *(f"--split={theirs}={ours}" for theirs, ours in SPLITS.items()),
        *("--media", "media/{video}.mp4", "--out", str(folder / "out")),
    ]


def test_command_writes_tables_that_read_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert main(["convert-csv", *arguments(Path("."))]) == 0
    tables = read_tables(*(Path(f"out/{name}.tsv") for name in ("videos", "annotations", "vocabulary")), strict=True)
    assert tables.videos["path"].tolist() == ["media/ann_1.mp4", "media/bob_1.mp4"]
    check_media(tables)
    assert "../media/ann_1.mp4" in Path("out/videos.tsv").read_text()


@pytest.mark.parametrize(
    ("option", "message"), [(["--column", "sign"], "--column sign"), (["--separator", ""], "one character")]
)
def test_command_names_a_wrong_option(
    folder: Path, option: list[str], message: str, capsys: pytest.CaptureFixture
) -> None:
    assert main(["convert-csv", *arguments(folder), *option]) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_command_finds_missing_videos(folder: Path, capsys: pytest.CaptureFixture) -> None:
    (folder / "media/bob_1.mp4").unlink()
    assert main(["convert-csv", *arguments(folder)]) == 2
    assert "bob_1" in capsys.readouterr().err


def test_real_corpus(shared: Path) -> None:
    data = shared / "data/slovak"
    tables = from_csv(
        [data / "annotations.csv", data / "real_timed_annotations.csv"],
        data / "splits.csv",
        data / "labels.csv",
        columns={"sign": "label", "class_id": "label_id"},
        splits={"test": "train", "test_real": "test", "test_weak": "predict"},
        media="videos/{video}.mp4",
    )
    check_media(tables)
    assert tables.videos["split"].value_counts().to_dict() == {"train": 16, "predict": 16, "test": 5}
    assert len(tables.annotations) == 120 + 53
    assert len(tables.vocabulary) == 60
