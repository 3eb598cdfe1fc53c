"""Every system, from its configuration to what its runs hand in: one folder each, run as a user runs it."""

import json
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml
from scenario_files import PREPARED
from workflow_calls import Snakemake

from signspot.cli import main
from signspot.recognition import read_recognitions
from signspot.retrieval.pseudo_labels import read_pseudo_labels
from signspot.rows import read_rows
from signspot.stores import CorpusFiles

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


def runs_of(finished: Path) -> dict[Path, dict]:
    """The folder of each run, and what its provenance.json tells."""
    folders = sorted((results(finished) / "runs").iterdir())
    return {folder: json.loads((folder / "provenance.json").read_text()) for folder in folders}


def test_every_run_is_there(finished: Path) -> None:
    config = yaml.safe_load((finished / "config.yaml").read_text())
    runs = runs_of(finished)
    blocks = config["runs"].values()
    assert len(runs) == sum(
        run["rounds"]["count"] + 1 if "rounds" in run else run.get("folds", {}).get("count", 1) for run in blocks
    )
    for told in runs.values():
        assert told["signspot"] and told["ffmpeg"].startswith("ffmpeg version ")


def test_every_run_that_spots_hands_in_and_every_decoder_is_decoded(finished: Path) -> None:
    for run, told in runs_of(finished).items():
        assert (run / "submission.zip").exists() == (told["spotter"] is not None)
        if told["spotter"] is None:
            continue
        assert (run / "submission.zip").stat().st_size
        for spotter, about in told["spotters"].items():
            decoded = {path.stem for path in (run / "spottings" / spotter).glob("*.tsv")}
            assert decoded == set(about["decoders"]), (run.name, spotter)
        leading = run / "spottings" / told["spotter"] / f"{told['decoder']}.tsv"
        assert (run / "spottings.tsv").read_bytes() == leading.read_bytes()


def test_all_that_names_single_signs_is_scored_and_compared(finished: Path) -> None:
    for run, told in runs_of(finished).items():
        alone = [*told["recognisers"], *(["nearest"] if told["nearest"] else [])]
        streams = [*alone, *told["fusions"]]
        if not streams:
            continue
        clips = {json.loads((run / "recognition" / one / "recognition.json").read_text())["clips"] for one in streams}
        assert len(clips) == 1, run.name
        assert (run / "recognition/index.html").stat().st_size
        rows = json.loads((run / "fusion.json").read_text())["rows"]
        assert {row["name"] for row in rows} == set(streams)
        assert [row["name"] for row in rows if row["how"] == "alone"] == alone
        leading = [*told["fusions"], *alone][0]
        assert (run / "recognition.json").read_bytes() == (run / f"recognition/{leading}/recognition.json").read_bytes()


def test_every_sentence_is_searched_by_every_text(finished: Path) -> None:
    for run, told in runs_of(finished).items():
        assert (run / "retrieval").exists() == (told["retrieval"] is not None)
        if told["retrieval"] is None:
            continue
        found = json.loads((run / "retrieval/retrieval.json").read_text())
        assert found["chance"] == (found["gallery"] + 1) / 2
        assert all(len(found[way]["seeds"]) == told["retrieval"]["seeds"] for way in ("common_space", "both"))
        rankings = pd.read_csv(run / "retrieval/rankings.tsv", sep="\t")
        assert len(rankings) == found["gallery"] ** 2
        ranks = pd.read_csv(run / "retrieval/ranks.tsv", sep="\t")
        assert len(ranks) == found["gallery"] and ranks["both"].between(1, found["gallery"]).all()
        assert (run / "retrieval/index.html").stat().st_size
        assert set(rankings["video"]) <= {path.stem for path in (results(finished) / "videos").glob("*.mp4")}
        spaces = sorted(path.name for path in (run / "retrieval").glob("seed*"))
        assert spaces == [f"seed{number + 1}" for number in range(told["retrieval"]["seeds"])]
        weights = {(run / "retrieval" / space / "weights.safetensors").read_bytes() for space in spaces}
        assert len(weights) == len(spaces)


def test_every_round_learns_what_the_round_before_has_spotted(finished: Path) -> None:
    config = yaml.safe_load((finished / "config.yaml").read_text())
    for name, block in config["runs"].items():
        if "rounds" not in block:
            continue
        files = CorpusFiles(results(finished)).rounds(name)
        rounds, labels = json.loads(files.table.read_text())["rounds"], read_pseudo_labels(files.pseudo_labels)
        assert [one["run"] for one in rounds] == [f"{name}{number}" for number in range(block["rounds"]["count"] + 1)]
        assert "</svg>" in files.figure.read_text()
        videos = read_rows(results(finished) / "tables/videos.tsv").set_index("video")["split"]
        assert set(videos[labels["video"]]) == set(block["rounds"]["videos"])
        assert all(one["pseudo_labels"]["spotted"] == (labels["round"] == one["round"]).sum() > 0 for one in rounds[1:])
        weights = {
            (results(finished) / f"runs/{one['run']}/experts/joints/training1/weights.safetensors").read_bytes()
            for one in rounds
        }
        assert len(weights) == len(rounds)


def test_at_the_end_a_line_tells_each_run_what_was_spotted(finished: Path) -> None:
    output = (finished / "snakemake.log").read_text()
    for run, told in runs_of(finished).items():
        if told["recognisers"]:
            said = rf"^Run {run.name}: the sign is (named rightly|among the \d+ best) for "
            assert len(re.findall(said, output, re.MULTILINE)) == 1
        if told["spotter"] is None:
            continue
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
    run, told = list(runs_of(finished).items())[-1]
    if told["spotter"] is None:
        pytest.skip("this configuration has no spotter; its model names the signs of clips, see below")
    assert main(["export-model", str(run), "--out", str(tmp_path / "model")]) == 0
    out = tmp_path / "out"
    assert main(["spot", str(videos[-1]), "--model", str(tmp_path / "model"), "--out", str(out)]) == 0
    assert {".eaf", ".vtt", ".srt", ".csv"} <= {path.suffix for path in out.iterdir()}


def test_the_model_of_a_run_names_the_signs_of_clips_as_the_run_did(finished: Path, tmp_path: Path) -> None:
    run, told = list(runs_of(finished).items())[-1]
    if told["spotter"] is not None:
        pytest.skip("this configuration has a spotter")
    clips = sorted((finished / "clips/test").rglob("*.mp4"))
    if not clips:
        pytest.skip("this corpus has no clips of single signs")
    assert main(["export-model", str(run), "--out", str(tmp_path / "model")]) == 0
    status = main(["recognise", *map(str, clips), "--model", str(tmp_path / "model"), "--out", str(tmp_path / "out")])
    assert status == 2, "one clip shows nobody"
    leading = next(iter(told["fusions"]))
    theirs, ours = (
        read_recognitions(path).set_index("video").drop(columns="sign").sort_index()
        for path in (run / "recognition" / leading / "recognitions.tsv", tmp_path / "out/recognitions.tsv")
    )
    pd.testing.assert_frame_equal(ours, theirs, atol=1e-5, rtol=0)


def test_a_clip_that_shows_nobody_is_told(finished: Path) -> None:
    if not (finished / "clips/test").is_dir():
        pytest.skip("this corpus has no clips of single signs")
    dropped = pd.read_csv(results(finished) / "labels/dropped.tsv", sep="\t")
    assert dropped["video"].tolist() == ["nobody"]
