"""``signspot corrections apply``: what becomes truth, what stays, and what is refused."""

import json
from pathlib import Path

import pytest

from signspot.cli import main
from signspot.corpus.elan import Elan
from signspot.corpus.tables import read_tables
from signspot.rows import read_rows

VIDEOS = (
    "video\tpath\tsplit\tsigner\nnew\tnew.mp4\tpredict\tana\nopen\topen.mp4\tpredict\tana\nold\told.mp4\ttest\tbert\n"
)
ANNOTATIONS = "video\tsign\tstart_ms\tend_ms\nold\tCASA\t0\t500\nold\tOTRO\t700\t900\n"
VOCABULARY = "class_id\tsign\n0\tOTRO\n1\tCASA\n"


def sign(start: int, name: str = "CASA") -> dict[str, object]:
    return {"sign": name, "start_ms": start, "end_ms": start + 400}


def edit(state: str, start: int, name: str = "CASA") -> dict[str, object]:
    original = None if state == "added" else sign(start) | {"score": 0.5}
    return {"state": state, "original": original, "final": None if state == "rejected" else sign(start, name)}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name, text in {"videos": VIDEOS, "annotations": ANNOTATIONS, "vocabulary": VOCABULARY}.items():
        (tmp_path / f"{name}.tsv").write_text(text, encoding="utf-8")
    for name in ("new", "open", "old"):
        (tmp_path / f"{name}.mp4").touch()
    return tmp_path


def corrections(folder: Path, **videos: tuple[int, list[dict[str, object]]]) -> Path:
    told = [{"video": video, "left": left, "edits": edits} for video, (left, edits) in videos.items()]
    content = {"format": "signspot corrections", "version": 1, "run": "demo", "videos": told}
    (folder / "corrections.json").write_text(json.dumps(content), encoding="utf-8")
    return folder / "corrections.json"


def apply(file: Path, *videos: Path, out: Path) -> int:
    return main(["corrections", "apply", str(file), "--videos", *map(str, videos), "--out", str(out)])


def read(folder: Path):
    return read_tables(*(folder / f"{name}.tsv" for name in ("videos", "annotations", "vocabulary")))


def rows_of(folder: Path, video: str) -> list[tuple[str, int]]:
    table = read(folder).annotations
    return list(table.loc[table.video == video, ["sign", "start_ms"]].itertuples(index=False, name=None))


def test_finished_videos_are_truth_and_the_rest_stays(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = [edit("added", 2000, "OTRO"), edit("accepted", 1000), edit("rejected", 3000), edit("changed", 5000, "OTRO")]
    file = corrections(corpus, new=(0, new), open=(3, [edit("accepted", 1000)]))
    assert apply(file, corpus / "videos.tsv", out=corpus / "out") == 0
    tables = read(corpus / "out")
    assert dict(zip(tables.videos.video, tables.videos.split, strict=True)) == {
        "new": "train",
        "open": "predict",
        "old": "test",
    }
    assert rows_of(corpus / "out", "new") == [("CASA", 1000), ("OTRO", 2000), ("OTRO", 5000)]
    assert rows_of(corpus / "out", "open") == []
    assert rows_of(corpus / "out", "old") == [("CASA", 0), ("OTRO", 700)]
    assert tables.vocabulary.sign.tolist() == ["OTRO", "CASA"]
    assert Path(tables.videos.path[0]).samefile(corpus / "new.mp4")
    printed = capsys.readouterr().out
    assert "new           1        1      1         1     0" in printed
    assert "Videos that are not finished: 1" in printed


def test_a_corrected_test_video_stays_one_with_its_new_truth(corpus: Path) -> None:
    assert apply(corrections(corpus, old=(0, [edit("accepted", 1000)])), corpus / "videos.tsv", out=corpus / "out") == 0
    assert rows_of(corpus / "out", "old") == [("CASA", 1000)]
    assert read(corpus / "out").of(["test"]) == ["old"]


def test_a_video_without_any_sign_is_all_background(corpus: Path) -> None:
    assert apply(corrections(corpus, new=(0, [edit("rejected", 0)])), corpus / "videos.tsv", out=corpus / "out") == 0
    assert rows_of(corpus / "out", "new") == []
    assert read(corpus / "out").of(["train"]) == ["new"]


def test_every_decision_is_in_a_table(corpus: Path) -> None:
    file = corrections(corpus, new=(1, [edit("changed", 1000, "OTRO"), edit("rejected", 3000), edit("added", 5000)]))
    apply(file, corpus / "videos.tsv", out=corpus / "out")
    table = read_rows(corpus / "out/corrections.tsv")
    assert table.drop(columns=["end_ms", "spotted_end_ms"]).to_numpy().tolist() == [
        ["new", "changed", "OTRO", "1000", "CASA", "1000", "0.5"],
        ["new", "rejected", "", "", "CASA", "3000", "0.5"],
        ["new", "added", "CASA", "5000", "", "", ""],
    ]


def test_an_annotators_document_keeps_its_tiers(corpus: Path) -> None:
    apply(corrections(corpus, new=(0, [edit("accepted", 1000)])), corpus / "new.mp4", out=corpus / "first")
    (corpus / "videos.tsv").write_text("video\tpath\tannotation\nnew\tnew.mp4\tfirst/elan/new.eaf\n", encoding="utf-8")
    (corpus / "annotations.tsv").unlink()
    apply(corrections(corpus, new=(0, [edit("added", 2000)])), corpus / "videos.tsv", out=corpus / "second")
    tiers = {tier.name for tier in Elan.read(corpus / "second/elan/new.eaf").tiers}
    assert {"signspot:demo:corrected", "signspot:demo:corrected:2"} <= tiers


def test_videos_alone_are_a_corpus_of_what_was_accepted(corpus: Path) -> None:
    file = corrections(corpus, new=(0, [edit("accepted", 1000), edit("added", 2000, "NUEVO")]))
    assert apply(file, corpus, out=corpus / "out") == 0
    tables = read(corpus / "out")
    assert tables.vocabulary.sign.tolist() == ["CASA", "NUEVO"]
    assert (tables.of(["train"]), sorted(tables.of(["predict"]))) == (["new"], ["old", "open"])


def test_without_a_finished_video_there_is_no_truth(corpus: Path) -> None:
    assert apply(corrections(corpus, new=(2, [edit("accepted", 0)])), corpus / "new.mp4", out=corpus / "out") == 0
    assert sorted(path.name for path in (corpus / "out").iterdir()) == ["corrections.tsv", "elan"]


def test_a_gloss_outside_the_vocabulary_is_told(corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    apply(corrections(corpus, new=(0, [edit("added", 0, "NUEVO")])), corpus / "videos.tsv", out=corpus / "out")
    assert "NUEVO (1)" in caplog.text


def test_an_unknown_video_is_refused(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert apply(corrections(corpus, gone=(0, [])), corpus / "videos.tsv", out=corpus / "out") == 2
    assert "lacks the video gone (1 of 1 corrected)" in capsys.readouterr().err
    assert not (corpus / "out").exists()


def test_no_correction_is_refused(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert apply(corrections(corpus), corpus / "videos.tsv", out=corpus / "out") == 2
    assert "corrects no video" in capsys.readouterr().err


def test_what_may_have_been_corrected_in_elan_is_not_overwritten(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = corrections(corpus, new=(0, [edit("accepted", 0)]))
    assert apply(file, corpus / "new.mp4", out=corpus / "out") == 0
    assert apply(file, corpus / "new.mp4", out=corpus / "out") == 2
    assert "Name a new folder" in capsys.readouterr().err
