"""The command line: every pair of formats gives the same score, wrong input ends with status 2 and a message."""

import argparse
import itertools
import json
import pickle
import subprocess
import sys
from importlib import import_module
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


def write(path: Path, *lines: str) -> Path:
    """Writes a table whose cells are parted by blanks."""
    path.write_text("".join("\t".join(line.split()) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("gloss", "found"),
    [("1", 0), ("2", 13), ("02", 0), ("two", 13), ("TWO", 0), ("ME\u0301DICO", 13), ("DOG", 0)],
)
def test_a_gloss_counts_for_what_it_means_in_the_vocabulary(
    gloss: str, found: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The class 1 is spotted, whose sign is "2"; the class 2 has the sign "1"."""
    words = write(tmp_path / "v.tsv", "class_id sign aliases", "0 HOUSE", "1 2 two|MÉDICO", "2 1")
    truth = write(tmp_path / "t.tsv", "video sign start_ms end_ms", f"a {gloss} 0 900")
    spotted = write(tmp_path / "s.tsv", "video sign class_id start_ms end_ms score", "a 2 1 0 900 0.5")
    assert score("--truth", truth, "--predictions", spotted, "--vocabulary", words, "--json") == 0
    assert json.loads(capsys.readouterr().out)["official"]["tp"] == found


@pytest.mark.parametrize("with_vocabulary", [True, False])
def test_class_ids_of_another_vocabulary_are_refused(
    with_vocabulary: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = write(tmp_path / "v.tsv", "class_id sign", "0 2", "1 1")
    truth = write(tmp_path / "t.tsv", "video sign class_id start_ms end_ms", "a 2 0 0 900", "a 1 1 1000 1900")
    spotted = write(tmp_path / "s.tsv", "video sign class_id start_ms end_ms", "a 1 0 1000 1900")
    call = ["--truth", truth, "--predictions", spotted, *(["--vocabulary", words] if with_vocabulary else [])]
    message = refused(capsys, *call)
    assert f"s.tsv: the gloss '1' has the class id 0, but 1 in {words if with_vocabulary else truth}" in message


def test_class_ids_may_share_a_gloss_or_have_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "video class_id start_ms end_ms sign", "a 0 0 900 A", "a 1 1000 1900 A", "a 2 2000 2900", "a 3 3000 3900"
    truth, spotted = write(tmp_path / "t.tsv", *rows), write(tmp_path / "s.tsv", *rows)
    assert score("--truth", truth, "--predictions", spotted, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["official"]["f1"] == 1 and list(result["per_sign"]) == ["A", "2", "3"]


def test_a_class_id_without_a_gloss_takes_none_of_another_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = write(tmp_path / "t.tsv", "video class_id start_ms end_ms", "a 0 0 900", "a 1 1000 1900", "a 2 2000 2900")
    spotted = write(tmp_path / "s.tsv", "video sign class_id start_ms end_ms", "a 1 0 0 900")
    assert score("--truth", truth, "--predictions", spotted, "--json") == 0
    per_sign = json.loads(capsys.readouterr().out)["per_sign"]
    assert {name: (share["truth"], share["spotted"]) for name, share in per_sign.items()} == {
        "1": (1, 1),
        "class_01": (1, 0),
        "2": (1, 0),
    }


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


def merge(*arguments: object) -> int:
    return main(["merge", *map(str, arguments)])


def spottings(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["video\tsign\tclass_id\tstart_ms\tend_ms\tscore", *rows, ""]), encoding="utf-8")
    return path


def test_merge_writes_one_table_in_which_the_last_file_leads(tmp_path: Path) -> None:
    """HOLA gets the mean times and score of both; of NO and SÍ, which overlap, the one of the last file stays."""
    first = spottings(tmp_path / "a.tsv", "v\tSÍ\t2\t2000\t2400\t0.5", "v\tHOLA\t0\t480\t880\t0.25")
    last = spottings(tmp_path / "b.tsv", "v\tHOLA\t0\t400\t760\t1", "v\tNO\t1\t1960\t2360\t0.1")
    assert merge(first, last, "--out", tmp_path / "new/spottings.tsv") == 0
    assert (tmp_path / "new/spottings.tsv").read_text(encoding="utf-8").splitlines() == [
        "video\tsign\tclass_id\tstart_ms\tend_ms\tscore",
        "v\tHOLA\t0\t440\t800\t0.625000",
        "v\tNO\t1\t1960\t2360\t0.100000",
    ]
    assert merge(last, first, "--out", tmp_path / "b.tsv") == 0, "an input may be replaced"
    assert "SÍ" in (tmp_path / "b.tsv").read_text(encoding="utf-8")
    assert score("--truth", first, "--predictions", tmp_path / "b.tsv") == 0


def test_merge_counts_frames_at_the_given_rate(tmp_path: Path) -> None:
    parts = [
        spottings(tmp_path / f"{ms}.tsv", f"v\tHOLA\t0\t{ms}\t{ms + 400}\t1", f"w\tHOLA\t0\t{ms}\t{ms}\t1")
        for ms in (400, 440)
    ]
    written = {}
    for fps in (25, 50):
        assert merge(*parts, "--out", tmp_path / "out.tsv", "--fps", fps) == 0
        written[fps] = pd.read_csv(tmp_path / "out.tsv", sep="\t")[["start_ms", "end_ms"]].to_numpy().tolist()
    assert written == {25: [[400, 800], [400, 440], [440, 480]], 50: [[420, 820], [400, 420], [440, 460]]}


def test_merge_takes_every_format(files: Path, tmp_path: Path) -> None:
    inputs = [files / f"predictions{form}" for form in ("_glosses.tsv", "_ids.tsv", ".pkl", ".zip")]
    options = ["--vocabulary", files / "vocabulary.tsv", "--fps", 50]
    assert merge(*inputs, *options, "--out", tmp_path / "named.tsv") == 0
    assert pd.read_csv(tmp_path / "named.tsv", sep="\t").equals(table(PREDICTIONS))
    assert merge(*inputs[1:], "--out", tmp_path / "numbers.tsv") == 0
    assert pd.read_csv(tmp_path / "numbers.tsv", sep="\t")["sign"].tolist() == [0, 1, 0]


def test_merge_of_files_without_a_spotting(files: Path, tmp_path: Path) -> None:
    (tmp_path / "none.pkl").write_bytes(pickle.dumps({"a": []}, protocol=4))
    none = spottings(tmp_path / "none.tsv")
    assert merge(none, tmp_path / "none.pkl", "--out", tmp_path / "out.tsv") == 0
    assert (tmp_path / "out.tsv").read_text() == "video\tsign\tclass_id\tstart_ms\tend_ms\n"
    assert merge(none, files / "predictions.pkl", "--out", tmp_path / "out.tsv") == 0
    assert len(pd.read_csv(tmp_path / "out.tsv", sep="\t")) == 3


@pytest.mark.parametrize(
    ("row", "options", "message"),
    [
        ("v\tNO\t0\t0\t40\t1", [], "class id 0 is 'NO', but 'HOLA' in"),
        ("v\tHOLA\t0\t0\t40\t1.5", [], "line 2: score is '1.5', expected a number from 0 to 1"),
        ("v\tHOLA\t0\t0\t40\t", [], "line 2: score is '', expected a number from 0 to 1"),
        ("v\tHOLA\t0\t80\t40\t1", [], "v from 80 to 40 ms: expected 0 or more, and no end before the start"),
        ("v\tHOLA\tnull\t0\t40\t1", [], "line 2: class_id is 'null'"),
        ("v\tOTRO\t7\t0\t40\t1", ["--vocabulary", "vocabulary.tsv"], "class id 7 is not in"),
        ("v\tHOLA\t0\t0\t40\t1", ["--fps", "0"], "--fps 0.0: expected a frame rate above 0"),
        ("v\tHOLA\t0\t0\t40\t1", ["--out", "a.tsv/out.tsv"], "Check the path, the permissions"),
    ],
)
def test_merge_names_what_is_wrong_and_writes_nothing(
    files: Path,
    tmp_path: Path,
    row: str,
    options: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vocabulary.tsv").write_bytes((files / "vocabulary.tsv").read_bytes())
    parts = spottings(tmp_path / "a.tsv", "v\tHOLA\t0\t0\t40\t1"), spottings(tmp_path / "b.tsv", row)
    before = sorted(tmp_path.iterdir())
    assert merge(*parts, "--out", tmp_path / "out.tsv", *options) == 2
    error = capsys.readouterr().err
    assert message in error and error.startswith("signspot merge: ")
    assert sorted(tmp_path.iterdir()) == before


def test_merge_needs_class_ids_and_two_files(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    glosses, numbers = files / "predictions_glosses.tsv", files / "predictions_ids.tsv"
    for inputs, message in (
        ([glosses, glosses], "predictions_glosses.tsv: column class_id is missing"),
        ([glosses, numbers], "name the vocabulary of the models by --vocabulary"),
        ([numbers], "Name the spottings of two or more models"),
        ([numbers, tmp_path / "gone.tsv"], "gone.tsv: there is no such file"),
    ):
        assert merge(*inputs, "--out", tmp_path / "out.tsv") == 2
        assert message in capsys.readouterr().err
    (tmp_path / "vocabulary.tsv").write_text("class_id\tsign\n0\tHOLA\n", encoding="utf-8")
    assert merge(glosses, numbers, "--vocabulary", tmp_path / "vocabulary.tsv", "--out", tmp_path / "out.tsv") == 2
    assert "sign 'SÍ' is not in" in capsys.readouterr().err
    assert not (tmp_path / "out.tsv").exists()


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


HEAVY = {
    *("torch", "torchvision", "mediapipe", "numba", "cv2", "h5py", "snakemake", "scipy", "numpy", "pandas"),
    *("matplotlib", "jsonschema", "yaml"),
}
ANSWERED = [["--help"], ["--version"], ["spo"], ["corpus"], *([command, "--help"] for command in COMMANDS)]
ANSWERED += [*(["corpus", part, "--help"] for part in ("init", "check", "split")), ["corpus", "init", "--nonsense"]]
ANSWERED += [["results"], ["results", "accept"], ["results", "accept", "--help"]]
ANSWERED += [["spot", "--nonsense"], ["spot", "v.mp4", "--model"], ["spot", "v.mp4", "--decoder", "none"], ["find"]]
ANSWERED += [["recognise"], ["recognise", "v.mp4", "--model", "m", "--k", "0"], ["export-model", "r", "--recogniser"]]
ANSWERED += [["find", "v.mp4", "--example", "a.mp4", "--out", "o", "--jobs", "0"], ["export-elan", "--run"]]


def test_help_and_wrong_options_are_answered_before_anything_heavy_is_imported() -> None:
    """All calls in one process: what one of them imported would be there after the last."""
    code = f"""
import sys
from signspot.cli import main
for arguments in {ANSWERED}:
    try:
        main(arguments)
    except SystemExit:
        continue
    sys.exit(f"no answer to {{arguments}}")
sys.exit(", ".join(sorted({HEAVY} & set(sys.modules))) or None)
"""
    answered = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answered.returncode == 0, answered.stderr


def test_every_command_names_a_module_that_runs_it() -> None:
    parsers = [argparse.ArgumentParser() for _ in COMMANDS]
    for command, parser in zip(COMMANDS, parsers, strict=True):
        import_module(f"signspot.cli.{command.replace('-', '_')}").add_arguments(parser)
    named = [parser.get_default("runs") for parser in parsers]
    named += [f"signspot.intake.{part}" for part in ("init", "check", "split")]
    named += ["signspot.records.accept", "signspot.corrections.apply"]
    assert named.count(None) == 3, "corpus, results and corrections have commands of their own"
    assert all(callable(import_module(module).run) for module in named if module)


@pytest.mark.parametrize(("arguments", "status"), [(["--version"], 0), (["score"], 2), (["corpus", "split"], 2)])
def test_the_package_can_be_called_as_a_module(arguments: list[str], status: int) -> None:
    call = subprocess.run([sys.executable, "-m", "signspot", *arguments], capture_output=True, text=True, check=False)
    assert call.returncode == status
    assert (call.stdout + call.stderr).startswith(("signspot 0", "usage: signspot"))
