"""``signspot compare``: runs and files, the videos that all have, bad input one by one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from intake_folders import eaf
from scored_runs import HALF, TEST

from signspot.corpus.tables import COLUMNS, read_tables
from signspot.scoring import scores
from signspot.spottings import read_spottings

Make = Callable[..., Path]
Call = Callable[..., tuple[int, str, str]]


def compared(call: Call, *arguments: object) -> dict:
    status, out, err = call("compare", *arguments, "--json")
    assert status == 0, err
    return json.loads(out)


def refused(call: Call, *arguments: object) -> str:
    status, out, err = call("compare", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("signspot compare: ")
    return err


def f1(found: dict) -> list[float]:
    return [round(run["official"]["f1"], 3) for run in found["runs"]]


def test_runs_have_the_scores_of_the_workflow(make_run: Make, call: Call) -> None:
    runs = make_run("half", HALF), make_run("all", TEST)
    found = compared(call, *runs)
    assert found["videos"] == 8 and found["notes"] == []
    tables = read_tables(*(runs[0].parents[1] / f"tables/{kind}.tsv" for kind in COLUMNS))
    test = tables.videos[tables.videos["split"] == "test"]
    for run, folder in zip(found["runs"], runs, strict=True):
        alone = scores(tables.annotations, read_spottings(folder / "spottings.tsv"), tables.vocabulary, test)
        assert run["name"] == folder.name
        assert run["official"] == alone["official"] and run["strict"] == alone["strict"]
        for part in found["signs"]:
            assert part["f1"][folder.name] == alone["per_sign"][part["name"]]["f1"]
        for part in found["signers"]:
            assert part["f1"][folder.name] == alone["per_signer"][part["name"]]["f1"]
    assert [part["name"] for part in found["signs"]] == ["TREE", "HOUSE"]
    assert [part["name"] for part in found["signers"]] == ["s0", "s1"]
    assert found["runs"][1]["differences"]["strict"]["differs"] is True
    assert found["runs"][0]["differences"] == {}


def test_text_says_who_differs(make_run: Make, call: Call) -> None:
    status, out, err = call("compare", make_run("half", HALF), make_run("all", TEST), make_run("again", HALF))
    assert (status, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["half", "0.667", "0.667"] in lines and ["all", "1.000", "1.000"] in lines
    assert ["all", "official", "+0.333", "+0.333", "to", "+0.333", "differs"] in lines
    assert ["again", "strict", "+0.000", "+0.000", "to", "+0.000", "no", "difference", "is", "shown"] in lines
    assert ["TREE", "8", "0.000", "1.000", "0.000"] in lines


def test_files_are_compared_with_the_truth_that_is_named(make_run: Make, call: Call, tmp_path: Path) -> None:
    runs = make_run("half", HALF), make_run("all", TEST)
    tables = [run / "spottings.tsv" for run in runs]
    folder = tmp_path / "documents"
    for video, rows in HALF.items():
        eaf(folder / f"{video}.eaf", {"signspot:x": [(start, end, sign) for sign, start, end in rows]})
    expected = f1(compared(call, *runs))
    for truth in (runs[1], runs[0].parents[1] / "tables"):
        assert f1(compared(call, *tables, "--truth", truth)) == expected
        assert f1(compared(call, folder, tables[1], "--truth", truth)) == expected
    whole = compared(call, *tables, "--truth", runs[0].parents[1] / "tables/annotations.tsv")
    assert whole["videos"] == 9, "a table of spottings does not tell what was tested"
    assert f1(compared(call, *runs, "--truth", runs[0].parents[1] / "tables/annotations.tsv")) == expected


def test_names_tell_runs_of_the_same_name_apart(make_run: Make, call: Call) -> None:
    runs = [make_run("demo", HALF, corpus=corpus) for corpus in ("one", "two")]
    assert [run["name"] for run in compared(call, *runs)["runs"]] == ["one/runs/demo", "two/runs/demo"]


def test_class_ids_of_other_vocabularies_do_not_matter(make_run: Make, call: Call) -> None:
    runs = make_run("a", TEST, corpus="one"), make_run("b", TEST, corpus="two", vocabulary=("TREE", "HOUSE"))
    assert f1(compared(call, *runs)) == [1, 1]


def test_videos_that_not_all_runs_have_are_left_out_and_told(make_run: Make, call: Call) -> None:
    some = {video: TEST[video] for video in list(TEST)[:6]}
    found = compared(call, make_run("all", TEST), make_run("some", some, test=some))
    assert found["videos"] == 6
    (note,) = found["notes"]
    assert "test videos of every run: 2 (t6, t7)" in note and "other 6" in note


def test_videos_with_another_truth_are_left_out_and_told(
    make_run: Make, call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    other = TEST | {"t3": [("HOUSE", 0, 900)]}
    runs = make_run("a", TEST, corpus="one"), make_run("b", TEST, test=other, corpus="two")
    status, out, _ = call("compare", *runs)
    assert status == 0 and "Videos: 7" in out
    assert "different annotations: 1 (t3)" in caplog.text


def test_the_page_is_written_and_named(make_run: Make, call: Call, tmp_path: Path) -> None:
    runs = make_run("half", HALF), make_run("all", TEST)
    status, out, _ = call("compare", *runs, "--out", tmp_path / "page")
    assert status == 0 and f"Page: {tmp_path / 'page/index.html'}" in out
    assert "Differences from half" in (tmp_path / "page/index.html").read_text(encoding="utf-8")


def test_runs_that_share_no_video_cannot_be_compared(make_run: Make, call: Call) -> None:
    runs = [make_run(video, {}, test={video: TEST[video]}) for video in ("t1", "t2")]
    message = refused(call, *runs)
    assert "no test video in common" in message and "t1 has t1; t2 has t2" in message


def test_bad_runs_are_named(make_run: Make, call: Call, tmp_path: Path) -> None:
    run = make_run("a", TEST)
    assert "is the only run" in refused(call, run)
    assert "is named twice" in refused(call, run, tmp_path / "results/mine/runs/../runs/a")
    assert "gone: is no folder of a finished run" in refused(call, run, tmp_path / "gone")
    assert "name the annotations by --truth" in refused(call, run, run / "spottings.tsv")
    assert "gone.tsv: there is no such file" in refused(call, run, tmp_path / "gone.tsv", "--truth", run)
    assert "name the annotations by --truth" in refused(call, run, make_run("b", TEST), "--tier", "Glosses")
    assert "--seed -1" in refused(call, run, run, "--seed", "-1")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("spottings.tsv", "video\tsign\n", "column class_id is missing"),
        ("submission.zip", "no zip", "submission.zip: cannot be read as a zip"),
        ("../../tables/annotations.tsv", None, "annotations.tsv: there is no such file"),
        ("../../tables/videos.tsv", "video\tpath\tsplit\tsigner\ntrain\tt.mp4\ttest\t\n", "videos.tsv"),
    ],
)
def test_damaged_files_of_a_run_are_named(
    make_run: Make, call: Call, file: str, content: str | None, message: str
) -> None:
    runs = make_run("a", TEST), make_run("b", TEST)
    path = (runs[1] / file).resolve()
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert message in refused(call, *runs)


def test_a_test_video_that_the_corpus_no_longer_has_is_named(make_run: Make, call: Call) -> None:
    runs = make_run("a", TEST), make_run("b", TEST)
    for name in ("videos", "annotations"):
        path = runs[0].parents[1] / f"tables/{name}.tsv"
        lines = path.read_text().splitlines()
        path.write_text("".join(f"{line}\n" for line in lines if not line.startswith("t3\t")))
    message = refused(call, *runs)
    assert "has no video t3, which is a test video of" in message


def test_a_corpus_without_a_test_split_is_no_truth(make_run: Make, call: Call) -> None:
    run = make_run("a", TEST)
    tables = run.parents[1] / "tables"
    videos = tables / "videos.tsv"
    videos.write_text(videos.read_text().replace("\ttest\t", "\tval\t"))
    assert "no video of the split test" in refused(call, run, run / "spottings.tsv", "--truth", tables)
