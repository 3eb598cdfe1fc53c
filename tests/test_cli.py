"""The command line: every pair of formats gives the same score, wrong input ends with status 2 and a message."""

import itertools
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from signspot.cli import COMMANDS, main
from signspot.export import write_submission
from signspot.scoring import score_intervals

TRUTH = {"a": [(0, 0, 1000), (1, 2000, 3000)], "b": [(1, 0, 500)]}
PREDICTIONS = {"a": [(0, 0, 800), (1, 2000, 3000)], "b": [(0, 0, 500)]}
SIGNS = {0: "HOLA", 1: "SÍ"}


def table(intervals: dict) -> pd.DataFrame:
    rows = [(video, SIGNS[row[0]], *row) for video, rows in intervals.items() for row in rows]
    return pd.DataFrame(rows, columns=["video", "sign", "class_id", "start_ms", "end_ms"])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, intervals in {"truth": TRUTH, "predictions": PREDICTIONS}.items():
        rows = table(intervals)
        rows.drop(columns="class_id").to_csv(folder / f"{name}_glosses.tsv", sep="\t", index=False)
        rows.drop(columns="sign").to_csv(folder / f"{name}_ids.tsv", sep="\t", index=False)
        (folder / f"{name}.pkl").write_bytes(pickle.dumps(intervals, protocol=4))
        write_submission(rows, list(intervals), folder / f"{name}.zip")
    pd.DataFrame(SIGNS.items(), columns=["class_id", "sign"]).to_csv(folder / "vocabulary.tsv", sep="\t", index=False)
    return folder


def score(*arguments: object) -> int:
    return main(["score", *map(str, arguments)])


@pytest.mark.parametrize(
    ("truth", "predictions"), itertools.product(["_glosses.tsv", "_ids.tsv", ".pkl", ".zip"], repeat=2)
)
def test_all_formats_give_the_same_scores(
    files: Path, truth: str, predictions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = ["--truth", files / f"truth{truth}", "--predictions", files / f"predictions{predictions}"]
    assert score(*paths, "--vocabulary", files / "vocabulary.tsv", "--json") == 0
    assert json.loads(capsys.readouterr().out) == score_intervals(TRUTH, PREDICTIONS, SIGNS, {})


@pytest.mark.parametrize(
    ("form", "names"), [("_glosses.tsv", ["HOLA", "SÍ"]), ("_ids.tsv", ["0", "1"]), (".pkl", ["0", "1"])]
)
def test_like_formats_need_no_vocabulary(
    files: Path, form: str, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert score("--truth", files / f"truth{form}", "--predictions", files / f"predictions{form}", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["official"] == score_intervals(TRUTH, PREDICTIONS, SIGNS, {})["official"]
    assert list(result["per_sign"]) == names


def test_names_come_from_the_file_that_has_them(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table(PREDICTIONS).to_csv(tmp_path / "spottings.tsv", sep="\t", index=False)
    assert score("--truth", files / "truth.pkl", "--predictions", tmp_path / "spottings.tsv", "--json") == 0
    assert list(json.loads(capsys.readouterr().out)["per_sign"]) == ["HOLA", "SÍ"]


def test_truth_keeps_videos_without_signs(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "truth.pkl").write_bytes(pickle.dumps(TRUTH | {"empty": []}, protocol=4))
    assert score("--truth", tmp_path / "truth.pkl", "--predictions", files / "predictions.zip", "--json") == 0
    assert json.loads(capsys.readouterr().out)["videos"] == 3


def test_text_shows_the_scores(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = ["--truth", files / "truth_glosses.tsv", "--predictions", files / "predictions_glosses.tsv"]
    assert score(*paths) == 0
    lines = capsys.readouterr().out.splitlines()
    result = score_intervals(TRUTH, PREDICTIONS, SIGNS, {})
    assert any(line.split()[:2] == ["official", f"{result['official']['f1']:.3f}"] for line in lines)
    assert any(line.split()[:2] == ["strict", f"{result['strict']['f1']:.3f}"] for line in lines)
    assert any(line.split()[:2] == ["SÍ", f"{result['per_sign']['SÍ']['f1']:.3f}"] for line in lines)
    assert any("1000 resamples of 2 videos" in line for line in lines)


@pytest.mark.parametrize("form", ["tsv", "pkl"])
@pytest.mark.parametrize("show", [[], ["--json"]])
def test_nothing_spotted_scores_zero(
    files: Path, tmp_path: Path, form: str, show: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none.tsv").write_text("video\tsign\tclass_id\tstart_ms\tend_ms\tscore\n", encoding="utf-8")
    (tmp_path / "none.pkl").write_bytes(pickle.dumps({"a": []}, protocol=4))
    assert score("--truth", files / "truth.pkl", "--predictions", tmp_path / f"none.{form}", *show) == 0
    assert score("--truth", tmp_path / "none.pkl", "--predictions", tmp_path / f"none.{form}", *show) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:2] == (['"f1":', "0.0,"] if show else ["official", "0.000"]) for line in lines)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert score(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("signspot score: ")
    return captured.err


def test_glosses_against_class_ids_ask_for_the_vocabulary(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(capsys, "--truth", files / "truth_glosses.tsv", "--predictions", files / "predictions.zip")
    assert "truth_glosses.tsv holds glosses" in message and "--vocabulary" in message
    assert message.count("\n") == 1


def test_predicted_gloss_outside_the_vocabulary_is_named(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vocabulary.tsv").write_text("class_id\tsign\n0\tHOLA\n", encoding="utf-8")
    paths = ["--truth", files / "truth.pkl", "--predictions", files / "predictions_glosses.tsv"]
    assert "'SÍ' is not in" in refused(capsys, *paths, "--vocabulary", tmp_path / "vocabulary.tsv")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.tsv", None, "missing.tsv"),
        ("no_sign.tsv", "video\tstart_ms\tend_ms\na\t0\t1\n", "column sign (or class_id) is missing"),
        ("no_time.tsv", "video\tsign\tend_ms\na\tNO\t1\n", "start_ms is missing"),
        ("bad_time.tsv", "video\tsign\tstart_ms\tend_ms\na\tNO\t0\t1.5\n", "line 2: end_ms is '1.5'"),
        ("broken.pkl", "hello", "refused as a pickle"),
        ("broken.zip", "hello", "cannot be read as a zip"),
    ],
)
def test_bad_files_are_named(
    files: Path, tmp_path: Path, name: str, content: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = refused(capsys, "--truth", tmp_path / name, "--predictions", files / "predictions.zip")
    assert message in found and name in found


def test_a_pickle_that_runs_code_is_refused(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "evil.pkl").write_bytes(b"cbuiltins\neval\n(S'1/0'\ntR.")
    message = refused(capsys, "--truth", tmp_path / "evil.pkl", "--predictions", files / "predictions.zip")
    assert "builtins.eval" in message


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert f"signspot {command}" in capsys.readouterr().out


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    assert all(command in text for command in COMMANDS)


@pytest.mark.parametrize("arguments", [[], ["scor"], ["score"], ["score", "--truth"]])
def test_wrong_usage_has_status_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: signspot" in capsys.readouterr().err


def test_start_up_imports_nothing_heavy() -> None:
    code = "import sys, signspot.cli; sys.exit(bool({'numpy', 'pandas', 'torch'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
