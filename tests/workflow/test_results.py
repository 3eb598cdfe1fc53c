"""Results that were copied, deleted or lost in parts: what the next call makes anew, and what it does not."""

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from workflow_calls import TINY, Snakemake

from signspot.cli import main

RESULTS = Path("results/tiny")
RUN = RESULTS / "runs/demo"
AFTER_FEATURES = {"fit_spotter", "predict", "decode", "score", "leading_spottings", "leading_scores", "submission"} | {
    *("elan", "report", "review"),
}
"""What is made from features, but the options of the decoders, which read nothing here."""


def planned(snakemake: Snakemake, folder: Path, *options: str, config: Path = TINY) -> set[str]:
    """The rules that the next call would run."""
    result = snakemake(folder, "--dry-run", "--configfile", str(config), *options)
    assert result.returncode == 0, result.stdout + result.stderr
    return set(re.findall(r"^ *(?:local)?rule (\w+):", result.stdout + result.stderr, re.MULTILINE)) - {"all"}


def copied(folder: Path, to: Path) -> Path:
    """A copy as of ``cp -r``, with times in any order."""
    copy = shutil.copytree(folder, to, copy_function=shutil.copyfile)
    order = random.Random(1)
    for path in copy.rglob("*"):
        time = 1.7e9 + order.random() * 1e6
        os.utime(path, (time, time))
    return copy


def accept(folder: Path, results: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit status of ``signspot results accept`` in a folder."""
    monkeypatch.chdir(folder)
    return main(["results", "accept", str(results)])


def test_copied_results_are_accepted_and_still_compared(
    tiny_run: Path, snakemake: Snakemake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copied(tiny_run, tmp_path / "copy")
    assert "train_expert" in planned(snakemake, copy), "without accepting them"
    assert accept(copy, RESULTS, monkeypatch) == 0
    assert planned(snakemake, copy) == set()

    config = yaml.safe_load(TINY.read_text())
    config["spotters"]["bilstm"]["training"]["epochs"] = 3
    (copy / "changed.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    assert planned(snakemake, copy, config=copy / "changed.yaml") == AFTER_FEATURES

    weights = copy / RUN / "experts/rgb/training2/weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert accept(copy, RESULTS, monkeypatch) == 2
    assert planned(snakemake, copy) == AFTER_FEATURES | {"train_expert", "expert_accuracy", "features"}
    shutil.rmtree(copy / ".snakemake")
    assert accept(copy, RESULTS, monkeypatch) == 2


def test_a_changed_annotation_or_video_is_no_copy(
    tiny_run: Path, snakemake: Snakemake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = tmp_path / "original"
    original.mkdir()
    shutil.copy(next((tiny_run / RESULTS / "videos").glob("*.mp4")), original / "a.mp4")
    lines = [
        "video\tpath\tsplit\tsigner\tstart_ms\tend_ms",
        "a\ta.mp4\ttrain\tx\t0\t1000",
        "b\ta.mp4\ttest\ty\t0\t1000",
    ]
    (original / "videos.tsv").write_text("\n".join([*lines, ""]))
    signs = "video\tsign\tstart_ms\tend_ms\na\tHOUSE\t400\t800\nb\tHOUSE\t400\t800\n"
    (original / "annotations.tsv").write_text(signs)
    config = yaml.safe_load(TINY.read_text())
    tables = {"videos": "videos.tsv", "annotations": "annotations.tsv"}
    config["corpus"] = {"name": "mine", "fps": 25, "source": "tables", "tables": tables}
    (original / "config.yaml").write_text(yaml.safe_dump(config))
    wanted = ("--", "results/mine/labels/a.h5")
    result = snakemake(original, "--configfile", "config.yaml", *wanted)
    assert result.returncode == 0, result.stderr[-8000:]

    copy = copied(original, tmp_path / "copy")
    assert accept(copy, Path("results/mine"), monkeypatch) == 0
    assert planned(snakemake, copy, *wanted, config=copy / "config.yaml") == set()
    (copy / "annotations.tsv").write_text(signs.replace("400\t800", "440\t800"))
    assert planned(snakemake, copy, *wanted, config=copy / "config.yaml") == {"labels"}
    with (copy / "a.mp4").open("ab") as file:
        file.write(b"\0")
    os.utime(copy / "a.mp4", (1e9, 1e9))
    assert accept(copy, Path("results/mine"), monkeypatch) == 2
    assert planned(snakemake, copy, *wanted, config=copy / "config.yaml") == {"crop", "pose", "labels"}


DELETED: dict[str, tuple[str, set[str]]] = {
    "trained weights": ("experts/flow/training2/weights.safetensors", {"train_expert", "features"}),
    "the folder of a training": ("experts/skeleton/training2", {"train_expert", "features"}),
    "what tells of the weights": ("experts/rgb/training2/config.json", {"train_expert", "features"}),
    "a spotter": ("spotters/bilstm", {"fit_spotter"}),
    "the options of a decoder": ("decoders/bilstm/frames.json", {"tune"}),
    "provenance": ("provenance.json", {"provenance"}),
    "scores": ("spottings/bilstm/published.json", {"score"}),
    "a table": ("../../tables/vocabulary.tsv", {"tables"}),
    "pictures of the review": ("review/thumbnails", {"review"}),
    "tracks of the review": ("review/tracks", {"review"}),
}
"""What is deleted in the folder of the run, and some of what is then made anew."""


@pytest.mark.parametrize("what", DELETED)
def test_what_an_export_reads_is_made_anew(tiny_run: Path, snakemake: Snakemake, what: str) -> None:
    name, expected = DELETED[what]
    path = (tiny_run / RUN / name).resolve()
    aside = path.rename(tiny_run / "aside")
    try:
        assert expected <= planned(snakemake, tiny_run)
    finally:
        aside.rename(path)


@pytest.mark.parametrize("name", ["../../crops", "../../flow", "../../labels", "features", "predictions"])
def test_what_is_only_on_the_way_may_be_deleted(tiny_run: Path, snakemake: Snakemake, name: str) -> None:
    path = (tiny_run / RUN / name).resolve()
    aside = path.rename(tiny_run / "aside")
    try:
        assert planned(snakemake, tiny_run) == set()
    finally:
        aside.rename(path)


LOST: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file of a folder": (
        lambda run: (run / "predictions/bilstm/000/test_s02.h5").unlink(),
        "is missing in its folder",
    ),
    "what tells of weights": (
        lambda run: (run / "spotters/bilstm/config.json").unlink(),
        "config.json beside it is missing",
    ),
    "half the options": (lambda run: os.truncate(run / "decoders/bilstm/cells.json", 5), "cannot be read as JSON"),
}


def test_a_job_that_misses_a_part_says_so_and_the_same_call_mends_it(
    tiny_run: Path, snakemake: Snakemake, tmp_path: Path
) -> None:
    again = shutil.copytree(tiny_run, tmp_path / "again")
    spottings = RUN / "spottings/bilstm/cells.tsv"
    before = (again / spottings).read_bytes()
    for lose, message in LOST.values():
        lose(again / RUN)
        (again / spottings).unlink()
        if "beside" in message:
            shutil.rmtree(again / RUN / "predictions")
        call = ("--configfile", str(TINY), "--", str(spottings))
        result = snakemake(again, *call)
        assert result.returncode == 1 and message in result.stderr, result.stderr[-8000:]
        assert "Traceback" not in result.stderr
        result = snakemake(again, *call)
        assert result.returncode == 0, result.stderr[-8000:]
        assert (again / spottings).read_bytes() == before
