"""The configurations of published systems, on made-up folders in the forms of their corpora."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from plans import ROOT, project_config
from published_corpora import write_autsl, write_challenge, write_wlasl
from workflow_calls import Snakemake


def jobs(output: str) -> Counter[str]:
    """Rules that a dry run would run, and how often."""
    return Counter(re.findall(r"^ *(?:local)?rule (\w+):", output, re.MULTILINE))


def planned(snakemake: Snakemake, folder: Path, name: str, write: Callable[[Path], None]) -> Counter[str]:
    """The jobs of a configuration, whose files of weights are there."""
    write(folder)
    for training in starts(project_config(f"config/{name}.yaml")):
        (folder / training).parent.mkdir(exist_ok=True)
        (folder / training).touch()
    result = snakemake(folder, "--dry-run", "--configfile", str(ROOT / f"config/{name}.yaml"))
    assert result.returncode == 0, result.stdout + result.stderr
    return jobs(result.stdout + result.stderr)


def starts(config: dict) -> set[str]:
    """The files from which experts start."""
    blocks = [training for expert in config["experts"].values() for training in expert["training"]]
    return {block["start"]["path"] for block in blocks if "start" in block}


@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        ("chalearn2022", write_challenge, {"train_expert": 16, "submission": 2, "elan": 2, "score": 3}),
        ("autsl", write_autsl, {"crop": 6, "train_expert": 5, "recognise": 10, "fuse": 7, "recognition_page": 1}),
        ("wlasl", write_wlasl, {"flow": 6, "train_expert": 2, "recognise": 2, "fuse": 1, "recognition_page": 1}),
        ("baseline2022", write_challenge, {"train_expert": 8, "predict": 4, "submission": 2, "recognition_page": 1}),
    ],
)
def test_its_graph_is_built(
    snakemake: Snakemake, tmp_path: Path, name: str, write: Callable[[Path], None], expected: dict[str, int]
) -> None:
    found = planned(snakemake, tmp_path, name, write)
    assert {rule: found[rule] for rule in expected} == expected
    assert not found["render"]


def test_single_signs_of_the_embedded_corpus_are_planned(snakemake: Snakemake, tmp_path: Path) -> None:
    result = snakemake(tmp_path, "--dry-run", "--configfile", str(ROOT / "config/embedded_isolated.yaml"))
    found = jobs(result.stdout + result.stderr)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (found["render"], found["train_expert"], found["recognise"], found["fuse"]) == (13, 4, 8, 3)


def test_a_missing_file_of_weights_is_named_before_anything_runs(snakemake: Snakemake, tmp_path: Path) -> None:
    write_wlasl(tmp_path)
    result = snakemake(tmp_path, "--dry-run", "--configfile", str(ROOT / "config/wlasl.yaml"))
    assert result.returncode != 0
    assert "start.path: data/resnet50-0676ba61.pth is no file" in result.stderr + result.stdout


def published(name: str) -> dict:
    return project_config(f"config/{name}.yaml")["experts"]


def test_ms_g3d_is_trained_as_published() -> None:
    for expert in [one for name in ("autsl", "baseline2022") for one in published(name).values()]:
        if expert["backbone"]["name"] != "msg3d":
            continue
        (training,) = expert["training"]
        assert (training["optimiser"], training["nesterov"], training["rate"]) == ("sgd", True, 0.1)
        assert (training["weight_decay"], training["batch_size"], training["epochs"]) == (3e-4, 64, 75)
        assert (training["steps"], training["factor"]) == ([45, 55], 0.1)
        assert (expert["modality"]["scale"], expert["modality"]["drop"]) == (0.1, 0.1)
        assert "width" not in expert["backbone"]


def test_s3d_is_trained_as_published() -> None:
    expert = published("autsl")["s3d"]
    (training,) = expert["training"]
    assert (training["optimiser"], training["rate"], training["weight_decay"]) == ("adam", 1e-3, 1e-7)
    assert (training["schedule"], training["batch_size"], expert["loss"]) == ("plateau", 8, "steps")
    assert expert["clips"]["length"] == 64


def test_stepnet_is_trained_as_published() -> None:
    experts = published("wlasl")
    for expert in experts.values():
        (training,) = expert["training"]
        assert (training["optimiser"], training["rate"], training["weight_decay"]) == ("adamw", 1e-4, 0.1)
        assert (training["epochs"], training["warmup"], training["schedule"]) == (100, 5, "cosine")
        assert training["rate"] * training["final_share"] == pytest.approx(1e-5)
        assert (expert["clips"]["length"], expert["clips"]["sign"]) == (16, "parts")
    assert experts["flow"]["modality"]["stack"] == 5
    assert project_config("config/wlasl.yaml")["fusions"]["both"]["weights"] == [1, 0.4]


def test_the_baseline_spots_with_the_published_thresholds() -> None:
    spotters = project_config("config/baseline2022.yaml")["spotters"]
    first = {"threshold": 0.75, "close": 3, "min_windows": 6, "half_window": 5, "overlap": 1}
    assert spotters["first"]["decoders"]["windows"] == spotters["second"]["first"] == first
    assert spotters["second"]["decoders"]["confirmed"] == {"threshold": 0.8, "overlap": 1}
