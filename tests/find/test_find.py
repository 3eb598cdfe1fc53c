"""``signspot find`` on rendered clips: what it writes, and what it says of wrong options."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from workflow_calls import PACKAGE

from signspot.cli import main
from signspot.corpus.elan import Elan
from signspot.model.folder import read_model
from signspot.predictions import score_of_rate
from signspot.signer import SyntheticCorpus, act_out
from signspot.signer.film import render_video
from signspot.spottings import read_spottings

Clip = Callable[..., Path]
SIGNED = [
    ("HOUSE", "HOUSE", 900, 1500),
    ("TREE", "TREE", 900, 1500),
    ("talk", "TREE", 900, 1500),
    ("talk", "HOUSE", 1900, 2500),
    ("talk", "TREE", 2900, 3500),
]
"""What is signed in two clips and in a video, from when to when (ms); everybody is the same signer."""


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Calls ``signspot find`` in a process of its own."""
    code = "import sys; from signspot.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "find", *map(str, arguments)]
    result = subprocess.run(command, env=os.environ | PACKAGE, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr[-4000:]
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``lexicon``: a clip of each of two signs; ``talk.mp4``: the video that is looked through."""
    folder = tmp_path_factory.mktemp("find")
    timeline = pd.DataFrame(SIGNED, columns=["video", "sign", "start_ms", "end_ms"]).assign(signer="anna")
    corpus = act_out(SyntheticCorpus(height=270, pairs=0, lexicon_seed=2), timeline)
    (folder / "lexicon").mkdir()
    for video in ("HOUSE", "TREE"):
        render_video(corpus, video, folder / f"lexicon/{video}.mp4")
    render_video(corpus, "talk", folder / "talk.mp4")
    return folder


@pytest.fixture(scope="module")
def said(folder: Path) -> str:
    """What the first call says, which writes ``out``, ``model`` and ``work``."""
    options = ("--examples", folder / "lexicon", "--no-training", "--false-alarms", 12)
    options += ("--save", folder / "model", "--work", folder / "work")
    return call(folder / "talk.mp4", "--out", folder / "out", *options).stdout


def test_all_files_are_written(folder: Path, said: str) -> None:
    names = {str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*") if path.is_file()}
    assert names >= {"spottings.tsv", "talk.eaf", "talk.vtt", "review/index.html", "signs.tsv", "summary.txt"}
    summary = (folder / "out/summary.txt").read_text(encoding="utf-8")
    assert summary in said
    assert f"Look at them in {folder / 'out/review/index.html'}" in said


def test_the_signs_are_found_where_they_are_made(folder: Path, said: str) -> None:
    spottings = read_spottings(folder / "out/spottings.tsv")
    for video, sign, start, end in SIGNED[2:]:
        mine = spottings[(spottings["video"] == video) & (spottings["sign"] == sign)]
        shared = mine["end_ms"].clip(upper=end) - mine["start_ms"].clip(lower=start)
        assert shared.max() > (end - start) / 2, f"{sign} from {start} ms:\n{spottings}"
    assert (spottings["score"] >= score_of_rate(12)).all()


def test_all_files_tell_the_same(folder: Path, said: str) -> None:
    spottings = read_spottings(folder / "out/spottings.tsv")
    tier = Elan.read(folder / "out/talk.eaf").annotations("signspot:lexicon/examples")
    assert [one.value for one in tier] == spottings.sort_values("start_ms")["sign"].tolist()
    signs = pd.read_csv(folder / "out/signs.tsv", sep="\t")
    assert signs["sign"].tolist() == ["HOUSE", "TREE"]
    assert signs["examples"].tolist() == [1, 1]
    assert signs["found"].sum() == len(spottings)
    assert signs["odd_examples"].tolist() == [0, 0]


def test_the_saved_model_is_one_for_spot(folder: Path, said: str) -> None:
    model = read_model(folder / "model")
    assert list(model.vocabulary) == ["HOUSE", "TREE"]
    assert model.decoder == "candidates"


def test_a_part_of_a_video_is_looked_for(folder: Path, said: str) -> None:
    """The first TREE of the video is most like itself."""
    options = ("--example", f"{folder / 'talk.mp4'}@0:00.9-0:01.5", "--work", folder / "work")
    result = call(folder / "talk.mp4", "--out", folder / "places", *options)
    lines = result.stdout.splitlines()
    assert lines[0] == "Most similar places"
    video, start, *_ = lines[lines.index(next(line for line in lines if line.strip().startswith("talk"))) :][0].split()
    assert (video, start[:3]) == ("talk", "0:0")
    spottings = read_spottings(folder / "places/spottings.tsv")
    best = spottings.loc[spottings["score"].idxmax()]
    assert abs(best["start_ms"] - 900) <= 120
    assert spottings["sign"].unique().tolist() == ["talk"]


@pytest.fixture
def short(clip: Clip) -> Path:
    return clip("short.mp4")


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("62.3-63.1", "between 0 and 2000 ms, got 62300 to 63100 ms"),
        ("1:02.3-1:03.1", "got 62300 to 63100 ms"),
        ("0:01:02.3-1:00:00", "got 62300 to 3600000 ms"),
        ("1-0.5", "got 1000 to 500 ms"),
        ("1:2:3:4-2", "'1:2:3:4' is no time. Expected VIDEO@1:02.3-1:03.1, minutes and seconds"),
        ("1..5-2", "'1..5' is no time"),
        ("1-2:", "'2:' is no time"),
    ],
)
def test_times_of_an_example_are_read(
    short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str, message: str
) -> None:
    """The video is too short, so that the message tells what was understood."""
    assert main(["find", str(short), "--example", f"{short}@{part}", "--out", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["gone.mp4", "gone.mp4@half-2", "short.mp4@1"])
def test_what_is_no_part_is_the_name_of_a_clip(
    short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["find", str(short), "--example", str(tmp_path / name), "--out", str(tmp_path / "out")]) == 2
    assert f"{tmp_path / name}: there is no such" in capsys.readouterr().err


def test_a_clip_may_be_called_like_a_part(
    short: Path, clip: Clip, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a clip, in which there is nobody; the part of a video that is not there would be another error."""
    path = clip("sign@1-2")
    assert main(["find", str(tmp_path), "--example", str(path), "--out", str(tmp_path)]) == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--examples", "lexicon", "--example", "x.mp4"], "not allowed with argument"),
        ([], "one of the arguments --examples --example is required"),
        (["--examples", "lexicon", "--false-alarms", "0"], "expected more than 0, less than 1000, got 0"),
        (["--examples", "lexicon", "--jobs", "0"], "expected 1 or more, got 0"),
    ],
)
def test_wrong_options_are_told(
    short: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    with pytest.raises(SystemExit):
        main(["find", str(short), "--out", "out", *options])
    assert message in capsys.readouterr().err


def test_an_empty_lexicon_writes_nothing(short: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lexicon").mkdir()
    options = ["--examples", str(tmp_path / "lexicon"), "--out", str(tmp_path / "out")]
    assert main(["find", str(short), *options]) == 2
    assert "lexicon: has no video" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
