"""The measurements run and write what they say; how long things take is not for tests."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from signspot.signer import SyntheticCorpus, tables
from signspot.signer.corpus import act_out
from signspot.signer.film import render_video

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "signer.mp4"
    corpus = SyntheticCorpus(seconds=2, height=180, splits={"train": 1})
    render_video(corpus, tables(corpus).videos["video"].iloc[0], path)
    return path


def call(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def results(out: Path, process: subprocess.CompletedProcess[str]) -> Any:
    assert process.returncode == 0, process.stderr
    return json.loads(out.read_text(encoding="utf-8"))


def test_stages_beside_the_reference_route(video: Path, tmp_path: Path) -> None:
    out = tmp_path / "stages.json"
    few = ("--frames", 16, "--pairs", 1, "--clips", 2, "--expert-clips", 0, "--modalities", "flow")
    process = call("stages.py", video, *few, "--out", out)
    written = results(out, process)
    assert written["video"]["frames"] == 16
    assert {"cpu", "cores", "memory_gib", "gpu", "python", "versions", "commit"} <= set(written["machine"])
    stages = {row["stage"]: row for row in written["stages"]}
    assert stages["extract frames"]["ours"] is None
    for name in ("crop", "pose", "flow", "preprocessing", "TV-L1 alone", "loader flow", "input flow"):
        assert stages[name]["ours"]["cpu_ms"] > 0
        assert stages[name]["reference"]["peak_mib"] > 0
        assert stages[name]["cpu_ms_ratio"] > 0
    total = stages["preprocessing"]
    assert total["ours"]["files"] == 3
    assert total["reference"]["files"] == 2 * 16 + 1 + 2 * 15
    assert total["ours"]["kb"] == pytest.approx(
        sum(stages[s]["ours"]["kb"] for s in ("crop", "pose", "flow")), rel=0.01
    )
    assert written["parity"]["epe_median_px"] < 0.02
    assert len(written["aims"]) == 8
    assert "preprocessing" in process.stdout
    assert str(tmp_path) not in out.read_text(encoding="utf-8")


def test_scaling_over_lengths_and_processes(video: Path, tmp_path: Path) -> None:
    out = tmp_path / "scaling.json"
    process = call("scaling.py", video, "--frames", 60, 100, "--processes", 2, "--stages", "crop", "--out", out)
    rows = results(out, process)["stages"]
    assert [(row["frames"], row["processes"]) for row in rows] == [(60, 1), (60, 2), (100, 1)]
    assert rows[0]["memory_growth"] == 1
    assert all(row["cpu_ms"] > 0 and row["peak_mib"] > 0 for row in rows)


def test_a_stage_without_what_it_needs_is_named(video: Path) -> None:
    process = call("scaling.py", video, "--stages", "loader-flow")
    assert process.returncode == 2
    assert "loader-flow needs what flow makes; name it too" in process.stderr


def test_the_network_of_hsi3d_on_a_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a GPU is measured, but here, small, and with a clock that calls once."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    windows = importlib.import_module("windows")
    cpu, shape = torch.device("cpu"), (3, 16, 32, 32)

    def rate(work: Callable[[], Any], units: int) -> float:
        work()
        return units

    found = windows.prediction(cpu, rate, 2, shape, 0.0625, torch.channels_last_3d)
    assert found["windows_per_s"] == 2 and found["gflop"] > 0
    assert windows.training(cpu, rate, 2, shape, 0.0625) == {"windows_per_s": 2, "peak_mib": None}
    assert windows.golden(cpu, "a", tmp_path, "fp32") < 1e-4


def test_without_a_gpu_a_message() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    process = call("gpu.py")
    assert process.returncode == 1
    assert "no CUDA device" in process.stderr
    assert "Traceback" not in process.stderr


def test_made_up_sentences_can_be_told_apart_and_acted_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    retrieval = importlib.import_module("retrieval")
    timeline, sentences = retrieval.made_up({"train": 30, "val": 6, "test": 12}, seed=1)
    assert len({frozenset(text.split()) for text in sentences["text"]}) == len(sentences) == 48
    assert timeline.groupby("split")["signer"].nunique().to_dict() == {"train": 8, "val": 2, "test": 3}
    said = timeline.merge(sentences, on="video", suffixes=("", "_of"))
    said = said[(said["start_ms"] >= said["start_ms_of"]) & (said["end_ms"] <= said["end_ms_of"])]
    acted = said.sort_values("start_ms").groupby(["video", "start_ms_of"])["sign"].agg(" ".join)
    assert acted.tolist() == (sentences.sort_values(["video", "start_ms"])["text"].tolist())
    assert len(tables(act_out(SyntheticCorpus(), timeline)).annotations) == len(timeline)
    mixed = retrieval.shuffled(sentences, seed=1)
    assert (mixed["text"] != sentences["text"]).mean() > 0.5
    of_test = sentences["video"].str.startswith("test")
    assert sorted(mixed["text"][of_test]) == sorted(sentences["text"][of_test])


def test_index_and_queries_of_made_up_hours(tmp_path: Path) -> None:
    out = tmp_path / "search.json"
    process = call("search.py", "--hours", 1, "--predicted", 1, "--folder", tmp_path, "--out", out)
    steps = {row["step"]: row for row in results(out, process)["steps"]}
    assert steps["index"]["places"] == steps["index again"]["places"] == steps["W*"]["places"] == 3600
    assert 3000 < steps["index --spotter"]["places"] == steps["index --spotter again"]["places"] <= 3600
    assert 0 < steps["W100"]["places"] < steps["W0"]["places"]
    assert steps["W0 text:w5"]["places"] > 0
    assert all(row["peak_mib"] > 0 for row in steps.values())
    assert process.stdout.splitlines()[0].startswith("hours\tstep\tplaces")
