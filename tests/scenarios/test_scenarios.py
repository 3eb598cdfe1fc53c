"""Every system, from its configuration to what its runs hand in: one folder each, run as a user runs it."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from scenario_files import PREPARED
from workflow_calls import Snakemake

from signspot.cli import main

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/config.yaml") if path.parent.name != "tiny")
"""The folder ``tiny`` is run, and looked at closely, by ``tests/workflow``."""


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def finished(request: pytest.FixtureRequest, snakemake: Snakemake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished scenario, which holds its configuration and the output of snakemake."""
    folder = tmp_path_factory.mktemp(request.param.name)
    PREPARED.get(request.param.name, lambda folder: None)(folder)
    config = (request.param / "config.yaml").read_text(encoding="utf-8")
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    result = snakemake(folder, "--configfile", "config.yaml")
    assert result.returncode == 0, result.stderr[-8000:]
    (folder / "snakemake.log").write_text(result.stdout + result.stderr, encoding="utf-8")
    return folder


def results(finished: Path) -> Path:
    (folder,) = (finished / "results").iterdir()
    return folder


def test_every_run_hands_in_and_every_decoder_is_decoded(finished: Path) -> None:
    config = yaml.safe_load((finished / "config.yaml").read_text())
    runs = list((results(finished) / "runs").iterdir())
    assert len(runs) == sum(run.get("folds", {}).get("count", 1) for run in config["runs"].values())
    for run in runs:
        assert (run / "submission.zip").stat().st_size
        told = json.loads((run / "provenance.json").read_text())
        assert told["signspot"] and told["ffmpeg"].startswith("ffmpeg version ")
        for spotter, about in told["spotters"].items():
            decoded = {path.stem for path in (run / "spottings" / spotter).glob("*.tsv")}
            assert decoded == set(about["decoders"]), (run.name, spotter)
        leading = run / "spottings" / told["spotter"] / f"{told['decoder']}.tsv"
        assert (run / "spottings.tsv").read_bytes() == leading.read_bytes()


def test_at_the_end_a_line_tells_each_run_what_was_spotted(finished: Path) -> None:
    output = (finished / "snakemake.log").read_text()
    for run in (results(finished) / "runs").iterdir():
        spotted = len((run / "spottings.tsv").read_text().splitlines()) - 1
        assert len(re.findall(rf"^Run {run.name}: {spotted} signs? spotted in ", output, re.MULTILINE)) == 1


def test_a_finished_scenario_has_nothing_to_do(finished: Path, snakemake: Snakemake) -> None:
    again = snakemake(finished, "--dry-run", "--configfile", "config.yaml")
    assert "Nothing to be done" in again.stdout + again.stderr


def test_no_video_is_prepared_twice(finished: Path) -> None:
    """However many runs and folds there are."""
    output = (finished / "snakemake.log").read_text()
    jobs = Counter(re.findall(r"^ *(?:local)?rule (crop|pose|flow|labels|render):", output, re.MULTILINE))
    videos = len((results(finished) / "tables/videos.tsv").read_text().splitlines()) - 1
    assert all(count <= videos for count in jobs.values()), jobs


def test_the_model_of_a_run_spots_signs_in_a_video(finished: Path, tmp_path: Path) -> None:
    videos = sorted((results(finished) / "videos").glob("*.mp4"))
    if not videos:
        pytest.skip("this corpus has published features and no videos")
    run = sorted((results(finished) / "runs").iterdir())[-1]
    assert main(["export-model", str(run), "--out", str(tmp_path / "model")]) == 0
    out = tmp_path / "out"
    assert main(["spot", str(videos[-1]), "--model", str(tmp_path / "model"), "--out", str(out)]) == 0
    assert {".eaf", ".vtt", ".srt", ".csv"} <= {path.suffix for path in out.iterdir()}
