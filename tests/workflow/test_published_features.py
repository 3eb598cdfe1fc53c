"""From the features and the spotter that the entry published to its hand-in, without a video."""

import pickle
import re
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
import yaml
from published_features import listed, write_features
from scenario_files import FRAMES, write_published_features

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config/published_features.yaml"
RESULTS = Path("results/published_features/runs")


@pytest.fixture(scope="module")
def published(snakemake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run."""
    folder = tmp_path_factory.mktemp("published")
    write_published_features(folder)
    result = snakemake(folder, "--configfile", str(CONFIG))
    assert result.returncode == 0, result.stderr[-8000:]
    return folder


def test_the_hand_in_has_the_form_of_the_challenge(published: Path) -> None:
    with ZipFile(published / RESULTS / "final/submission.zip") as archive:
        assert archive.namelist() == ["res/predictions.pkl"]
        predictions = pickle.loads(archive.read("res/predictions.pkl"))
    assert list(predictions) == list(FRAMES)
    assert any(predictions.values())
    for video, rows in predictions.items():
        for row in rows:
            class_id, start, end = row
            assert type(row) is list and {type(value) for value in row} == {int}
            assert 0 <= class_id < 60
            assert 3 * 40 <= start < end <= (2 + FRAMES[video]) * 40


def test_the_published_decoder_is_handed_in(published: Path) -> None:
    found = (published / RESULTS / "final/spottings.tsv").read_bytes()
    assert found == (published / RESULTS / "final/spottings/bilstm/published.tsv").read_bytes()
    assert list(pd.read_csv(published / RESULTS / "final/spottings.tsv", sep="\t")) == [
        *("video", "sign", "class_id", "start_ms", "end_ms", "score"),
    ]


def test_without_ground_truth_there_is_no_score(published: Path) -> None:
    assert not (published / RESULTS / "final/scores.json").exists()


def test_names_from_a_folder_and_ground_truth_give_scores(published: Path, snakemake) -> None:
    truth = {video: [[7, 400, 800]] for video in FRAMES}
    (published / "truth.pkl").write_bytes(pickle.dumps(truth, protocol=4))
    config = yaml.safe_load(CONFIG.read_text())
    config["corpus"]["name"] = "scored"
    features = "data/MSSL_dataset/processed/features/video"
    config["corpus"]["vipl"] = {"videos": features, "truth": "truth.pkl"}
    (published / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    result = snakemake(published, "--configfile", "config.yaml")
    assert result.returncode == 0, result.stderr[-8000:]
    assert (published / "results/scored/runs/final/scores.json").exists()
    assert "taken to begin at frame 0" in result.stderr


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            lambda folder: (folder / "data/MSSL_dataset/processed/features/flow/p02_s02.npy").unlink(),
            r"experts\.flow\.features\.folder: there is no \S*p02_s02\.npy",
        ),
        (
            lambda folder: (folder / "data/final_model.pth").unlink(),
            r"spotters\.bilstm\.trained\.path: data/final_model\.pth is no file",
        ),
    ],
    ids=["features", "spotter"],
)
def test_what_is_missing_is_named_before_anything_runs(snakemake, tmp_path: Path, change, named: str) -> None:
    dataset = tmp_path / "data/MSSL_dataset"
    for video in FRAMES:
        write_features(dataset / "processed/features", video, 8)
    (dataset / "test_input.txt").write_text("".join(listed(video, 0, 7) for video in FRAMES))
    (tmp_path / "data/final_model.pth").touch()
    change(tmp_path)
    result = snakemake(tmp_path, "--configfile", str(CONFIG))
    assert result.returncode != 0
    assert re.search(named, result.stderr + result.stdout)
    assert "Traceback" not in result.stderr + result.stdout
    assert not (tmp_path / "results").exists()
