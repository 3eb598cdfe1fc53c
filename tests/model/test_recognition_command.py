"""``signspot recognise``, called as a user calls it."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from made_up_recognisers import write_recognising_run

from signspot.cli import main
from signspot.experts.store import load_on_device
from signspot.labels.frames import FrameLabels
from signspot.model.export import export_model
from signspot.model.folder import read_recognising_model
from signspot.model.recognition_command import ACCURACY, LOG, TABLE
from signspot.model.stages import Video
from signspot.recognition import fused, read_accuracy, read_recognitions
from signspot.recognition.recognise import recognise
from signspot.timebase import Timebase
from signspot.video.program import executable


@pytest.fixture(scope="module")
def recognised(signspot, films: Path, nobody: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model and the output of a call with six clips, of which two cannot be used."""
    folder = tmp_path_factory.mktemp("recognised")
    export_model(write_recognising_run(folder / "results/mine"), folder / "model")
    (folder / "clips/HOUSE").mkdir(parents=True)
    shutil.copy(films / "second.mp4", folder / "clips/HOUSE/1.mp4")
    shutil.copy(films / "first film.mp4", folder / "clips")
    for frames in (1, 3):
        cut = ["-i", films / "second.mp4", "-frames:v", str(frames), folder / f"clips/frames{frames}.mp4"]
        subprocess.run([executable(), "-v", "error", *cut], check=True)
    (folder / "clips/broken.mp4").write_text("no video")
    shutil.copy(nobody, folder / "clips")
    called = signspot(
        *("recognise", folder / "clips", "--model", folder / "model", "--out", folder / "out"),
        *("--work", folder / "work", "--device", "cpu", "--k", "1"),
    )
    (folder / "stdout").write_text(called.stdout)
    (folder / "stderr").write_text(called.stderr)
    assert called.returncode == 2, called.stderr
    return folder


class TestSixClipsOfWhichTwoCannotBeUsed:
    def test_the_others_are_in_the_table_with_the_signs_of_their_folders(self, recognised: Path) -> None:
        table = read_recognitions(recognised / "out" / TABLE)
        named = {("first_film", ""), ("1", "HOUSE"), ("frames1", ""), ("frames3", "")}
        assert set(table[["video", "sign"]].itertuples(index=False, name=None)) == named and len(table) == 4
        assert (table["start_ms"] >= 0).all() and (table["end_ms"] <= 2000).all()
        assert {path.name for path in (recognised / "out").iterdir()} == {TABLE, ACCURACY, LOG}

    def test_the_best_signs_are_printed_with_the_accuracy(self, recognised: Path) -> None:
        lines = (recognised / "stdout").read_text().splitlines()
        names = ["first_film: ", "frames1: ", "frames3: ", "1 (shows HOUSE): "]
        assert all(any(line.startswith(name) for line in lines[:4]) for name in names)
        assert all(line.count(", ") == 0 for line in lines[:4]), "--k 1"
        assert lines[4].startswith("Of clips in folders of their signs (1): top-1 ") and "guesses 50%" in lines[4]
        assert lines[5] == f"{recognised / 'out' / TABLE}: 4 of 6 clips"
        assert read_accuracy(recognised / "out" / ACCURACY)["clips"] == 1

    def test_those_left_out_are_named_with_the_reason(self, recognised: Path) -> None:
        said = (recognised / "stderr").read_text().split("left out, 2 of 6:")[1]
        for reason in (
            "broken.mp4: cannot be decoded as video",
            "nobody.mp4: no person found",
        ):
            assert reason in said
        assert "Traceback" not in (recognised / "stderr").read_text()

    def test_each_clip_is_cut_as_a_sign_of_the_workflow(self, recognised: Path) -> None:
        """One that fills the usable range of its video."""
        model = read_recognising_model(recognised / "model")
        stores = Video.within(recognised / "work", "1", recognised / "clips/HOUSE/1.mp4").stores
        row = read_recognitions(recognised / "out" / TABLE).set_index("video").loc["1"]
        first, last = Timebase().frames_of(row["start_ms"], row["end_ms"])
        labels = {"1": FrameLabels(first, last, Timebase(), np.full(last - first + 1, 2, np.int32))}
        said = {key: recognise(model.expert_folder(key), [stores], labels) for key in model.experts}
        [expected] = fused(said, model.recognisers).probability
        assert sorted(expected, reverse=True) == pytest.approx([row["probability_1"], row["probability_2"]], abs=1e-6)
        assert {load_on_device(model.expert_folder(key)).window.length for key in model.experts} == {16, 12}

    def test_a_later_call_goes_on_from_the_work(self, signspot, recognised: Path, tmp_path: Path) -> None:
        stores = {path: path.stat().st_mtime_ns for path in recognised.glob("work/**/*.h5")}
        common = ("recognise", recognised / "clips", "--model", recognised / "model", "--work", recognised / "work")
        assert signspot(*common, "--out", tmp_path / "again").returncode == 2
        assert {path: path.stat().st_mtime_ns for path in recognised.glob("work/**/*.h5")} == stores
        assert (tmp_path / "again" / TABLE).read_bytes() == (recognised / "out" / TABLE).read_bytes()


def test_without_folders_nothing_but_the_printed_table_stays(signspot, recognised: Path, tmp_path: Path) -> None:
    clip = shutil.copy(recognised / "clips/first film.mp4", tmp_path)
    called = signspot("recognise", clip, "--model", recognised / "model", "--device", "cpu")
    assert called.returncode == 0, called.stderr
    [line] = called.stdout.splitlines()
    assert line.startswith("first_film: ") and "HOUSE" in line and "TREE" in line
    assert [path.name for path in tmp_path.iterdir()] == ["first film.mp4"]


def test_if_no_clip_can_be_used_nothing_is_written(
    recognised: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = ["recognise", str(recognised / "clips/broken.mp4"), "--model", str(recognised / "model")]
    assert main([*broken, "--out", str(tmp_path / "out")]) == 2
    assert "left out, 1 of 1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("clips/HOUSE", "--out", "clips/HOUSE"), "is the folder of the videos"),
        (("clips", "--out", "results"), "is not empty"),
        (("clips", "--out", "new", "--work", "new/work"), "lies in --out"),
        (("clips/missing.mp4",), "there is no such clip or folder"),
        (("clips", "--k", "0"), "expected 1 or more"),
    ],
)
def test_wrong_options_stop_before_any_work(
    recognised: Path,
    arguments: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(recognised)
    before = sorted(recognised.rglob("*"))
    try:
        status = main(["recognise", *arguments, "--model", "model"])
    except SystemExit as error:
        status = error.code
    assert status == 2 and message in capsys.readouterr().err
    assert sorted(recognised.rglob("*")) == before


def test_a_model_that_spots_is_refused(model: Path, recognised: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recognise", str(recognised / "clips"), "--model", str(model)]) == 2
    assert "Call signspot spot VIDEO" in capsys.readouterr().err
    spot = ["spot", str(recognised / "clips"), "--model", str(recognised / "model"), "--out", "none"]
    assert main(spot) == 2
    assert "Call signspot recognise CLIPS" in capsys.readouterr().err
    assert json.loads((recognised / "model/model.json").read_text())["format"] == 3
