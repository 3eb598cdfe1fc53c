"""``signspot corpus split``: the column split of a table, or a table for each fold."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from workflow_calls import Snakemake

from signspot.cli import main


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    """Six signers with two videos each, of 1 to 6 minutes, and a video to spot in."""
    rows = [
        (f"{signer}{take}", f"../{signer}{take}.mp4", "train", signer, "note", str(60_000 * n))
        for n, signer in enumerate("abcdef", 1)
        for take in (1, 2)
    ]
    columns = ["video", "path", "split", "signer", "remark", "duration_ms"]
    table = pd.DataFrame([*rows, ("new", "../new.mp4", "predict", "", "", "1000")], columns=columns)
    table.to_csv(tmp_path / "videos.tsv", sep="\t", index=False)
    signs = [(row[0], sign, 1000 * i, 1000 * i + 400) for row in rows for i, sign in enumerate(("HOUSE", "TREE"))]
    annotations = pd.DataFrame([*signs, ("f1", "RARE", 9000, 9400)], columns=["video", "sign", "start_ms", "end_ms"])
    annotations.to_csv(tmp_path / "annotations.tsv", sep="\t", index=False)
    return tmp_path / "videos.tsv"


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


def split(*arguments: object) -> int:
    return main(["corpus", "split", *map(str, arguments)])


def test_shares_by_signer(videos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read(videos)
    assert split(videos, "--shares", "train=4,val=1,test=1") == 0
    after = read(videos)
    assert after.drop(columns="split").equals(before.drop(columns="split")), "nothing else changes"
    assert after["split"].tolist()[-1] == "predict"
    by_signer = after[:-1].groupby("signer")["split"]
    assert (by_signer.nunique() == 1).all()
    assert by_signer.first().value_counts().to_dict() == {"train": 4, "val": 1, "test": 1}
    assert by_signer.first()["f"] == "train", "only f shows RARE"
    assert [line.split()[:3] for line in capsys.readouterr().out.split("\n")[5:8]] == [
        ["train", "8", "4"],
        ["val", "2", "1"],
        ["test", "2", "1"],
    ]


def test_minutes_are_balanced(videos: Path) -> None:
    assert split(videos, "--shares", "train=15,test=6", "--balance", "minutes") == 0
    after = read(videos)
    minutes = after.assign(minutes=after["duration_ms"].astype(int) / 60_000).groupby("split")["minutes"].sum()
    assert minutes["train"] == 30 and minutes["test"] == 12


def test_a_seed_decides(videos: Path) -> None:
    assert split(videos, "--seed", 3) == 0
    first = videos.read_bytes()
    assert split(videos, "--seed", 3) == 0 and videos.read_bytes() == first


def test_folds(videos: Path, snakemake: Snakemake, capsys: pytest.CaptureFixture[str]) -> None:
    before = videos.read_bytes()
    (videos.parent / "config.yaml").write_text("corpus: {name: mine}\nseed: 3\n")
    assert split(videos, "--folds", 3) == 0
    assert videos.read_bytes() == before
    assert yaml.safe_load((videos.parent / "folds.yaml").read_text()) == {
        "runs": {
            "fold": {"folds": {"count": 3, "by": "signer"}, "train": ["train", "val", "test"], "select": "last"},
        }
    }
    out = capsys.readouterr().out
    tested = re.findall(r"fold\d tests (.*)", out)
    assert sorted(signer for signers in tested for signer in signers.split(", ")) == list("abcdef"), "each once"
    assert "folds.yaml" in out


def test_signs_that_a_fold_cannot_learn_are_told(videos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert split(videos, "--folds", 2) == 0
    assert capsys.readouterr().out.count("Signs that no training video shows") >= 1


def test_unknown_signers_are_counted_each_by_itself(videos: Path, caplog: pytest.LogCaptureFixture) -> None:
    table = read(videos)
    table.assign(signer="").to_csv(videos, sep="\t", index=False)
    assert split(videos, "--shares", "train=10,test=2") == 0
    assert read(videos)["split"].value_counts().to_dict() == {"train": 10, "test": 2, "predict": 1}
    assert "not all signers are known" in caplog.text


def test_fewer_signers_than_splits(videos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = read(videos)
    table.assign(signer="ann").to_csv(videos, sep="\t", index=False)
    before = videos.read_bytes()
    assert split(videos) == 2
    assert "1 signers or videos cannot be shared out to 3 parts" in capsys.readouterr().err
    assert videos.read_bytes() == before
    assert split(videos, "--by", "video") == 0
    assert set(read(videos)["split"]) == {"train", "val", "test", "predict"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--shares", "train"], "expected names and numbers"),
        (["--shares", "train=1,test=x"], "expected names and numbers"),
        (["--shares", "val=1,test=1"], "expected shares above 0 of train"),
        (["--shares", "train=1,predict=1"], "expected shares above 0 of train"),
        (["--shares", "train=1,test=0"], "expected shares above 0 of train"),
        (["--shares", "train=1,test=nan"], "expected shares above 0 of train"),
        (["--shares", "train=1,test=inf"], "expected shares above 0 of train"),
        (["--folds", "1"], "--folds 1: expected 2 or more"),
        (["--folds", "7"], "6 signers or videos cannot be shared out to 7 parts"),
    ],
)
def test_wrong_options(videos: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = videos.read_bytes()
    assert split(videos, *options) == 2
    assert message in capsys.readouterr().err
    assert videos.read_bytes() == before


def test_minutes_without_durations(videos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read(videos).drop(columns="duration_ms").to_csv(videos, sep="\t", index=False)
    assert split(videos, "--balance", "minutes") == 2
    assert "not every video has a duration_ms" in capsys.readouterr().err
