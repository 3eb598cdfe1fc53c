"""``signspot corpus check``: what would stop the workflow is found before it runs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from intake_folders import Came, lse

from signspot.cli import main


@pytest.fixture
def tables(data: Path, film: Callable[..., Path], intake: Callable[..., Came]) -> Path:
    """The tables of two videos with nothing wrong."""
    for name in ("p01_a", "p02_a"):
        film(data / f"{name}.mp4")
        lse(data / f"{name}.eaf", (0, 400, "CASA"), (1000, 1400, "BIEN"))
    assert intake().status == 0
    return data.parent / "tables"


def check(capsys: pytest.CaptureFixture[str], place: Path) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(["corpus", "check", str(place)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("name", ["", "config.yaml"])
def test_a_good_corpus(tables: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, text, error = check(capsys, tables / name)
    assert (status, error) == (0, "")
    assert "4 annotated signs: 4 show the 2 glosses of the vocabulary" in text and "25.00       2" in text


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_missing_and_broken_videos(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tables.parent / "data/p01_a.mp4").unlink()
    (tables.parent / "data/p02_a.mp4").write_text("no video")
    status, text, error = check(capsys, tables)
    assert status == 2 and "2 things are wrong" in error
    assert "p01_a: " in text and "there is no such video file" in text and "cannot be decoded as video" in text


def test_a_part_beyond_the_picture(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (tables / "videos.tsv").read_text().splitlines()
    cells = ["side\tcrop", "right\t", "\t0,0,65,64"]
    (tables / "videos.tsv").write_text("\n".join(f"{row}\t{more}" for row, more in zip(rows, cells, strict=True)))
    status, text, error = check(capsys, tables)
    assert status == 2 and "1 things are wrong" in error
    assert "p02_a: crop is '0,0,65,64', expected x,y,width,height within the picture of 64x64 px" in text


def test_annotations_beyond_the_end(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(tables / "annotations.tsv", "p01_a\tBIEN\t1000\t1400", "p01_a\tBIEN\t1000\t5000")
    status, text, _ = check(capsys, tables)
    assert status == 2 and "p01_a: BIEN from 1000 to 5000 ms, but the video has 4000 ms" in text


def test_signs_that_cannot_be_learnt(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tables / "vocabulary.tsv").write_text("class_id\tsign\n0\tBIEN\n1\tCASA\n2\tNADA\n")
    status, text, _ = check(capsys, tables)
    assert status == 2 and "Signs of the vocabulary that no training video shows" in text and "  NADA" in text


def test_signers_in_two_splits_are_told(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(tables / "videos.tsv", "\tp02\t", "\tp01\t")
    status, text, _ = check(capsys, tables)
    assert status == 0 and "Signers in several splits" in text and "  p01: train, test" in text


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("videos.tsv", "train", "trane", "split is 'trane', expected one of train"),
        ("annotations.tsv", "1000", "x", "start_ms is 'x', expected a whole number"),
        ("config.yaml", "corpus:", "corpus: [", "is no YAML"),
        ("config.yaml", "fps: 25", "fps: fast", "fps is 'fast', expected a number"),
    ],
)
def test_wrong_tables(
    tables: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, message: str
) -> None:
    replace(tables / name, old, new)
    status, text, error = check(capsys, tables)
    assert (status, text) == (2, "") and message in error


def test_configuration_of_another_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.yaml").write_text("corpus: {source: signer}\n")
    status, _, error = check(capsys, tmp_path / "c.yaml")
    assert status == 2 and "names no corpus.tables with videos and annotations" in error


def test_nothing_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, error = check(capsys, tmp_path / "gone.yaml")
    assert status == 2 and "gone.yaml: there is no such file" in error
    status, _, error = check(capsys, tmp_path)
    assert status == 2 and "videos.tsv: there is no such file" in error
