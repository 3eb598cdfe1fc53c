"""Runs: roles, overrides, folds, and experts that several runs share."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import CONFIG, SCHEMA, changed, plan_of, write_corpus

from signspot.errors import InputError
from signspot.plan.needs import Needs
from signspot.plan.plan import read_plan, shards_of
from signspot.plan.provenance import provenance
from signspot.spotters import video_inputs

FIRST = CONFIG["runs"]["first"]
ALL = {"kind": "ensemble", "of": ["bilstm", "second/bilstm"], "decoders": {"runs": {}}}


def test_a_run_knows_the_videos_of_its_roles(tmp_path: Path) -> None:
    run = plan_of(tmp_path).runs["first"]
    assert run.of("train") == ["a", "b", "c"]
    assert run.of("validation", "test") == ["d", "e"]
    assert run.spotter == "bilstm" and run.experts_of == "first" and run.seed == 1


def test_a_run_overrides_values_and_leaves_the_others_alone(tmp_path: Path) -> None:
    change = {"spotters": {"bilstm": {"training": {"epochs": 7}}}, "experts": {"rgb": {"backbone": {"width": 0.25}}}}
    plan = plan_of(tmp_path, first=FIRST, second={**FIRST, "override": change, "seed": 5})
    first, second = plan.runs["first"], plan.runs["second"]
    assert second.spotters["bilstm"].options["training"]["epochs"] == 7
    assert first.spotters["bilstm"].options["training"]["epochs"] == 1
    assert second.experts["rgb"].backbone == {"name": "i3d_r50", "width": 0.25}
    assert (first.seed, second.seed, second.seed_of("bilstm")) == (1, 5, 5)


def test_the_seed_of_a_spotter_yields_to_that_of_a_run_only(tmp_path: Path) -> None:
    config = changed(CONFIG, "spotters.bilstm.seed", 9)
    plan = plan_of(tmp_path, config, first=FIRST, second={**FIRST, "seed": 5})
    assert [plan.runs[name].seed_of("bilstm") for name in ("first", "second")] == [9, 5]


def test_folds_test_every_video_once_and_no_signer_twice(tmp_path: Path) -> None:
    folds = {"folds": {"count": 3, "by": "signer"}, "train": ["train", "val"]}
    plan = plan_of(tmp_path, fold=folds)
    assert list(plan.runs) == ["fold1", "fold2", "fold3"]
    tested = [plan.runs[name].of("test") for name in plan.runs]
    assert sorted(video for videos in tested for video in videos) == ["a", "b", "c", "d"]
    for run in plan.runs.values():
        assert sorted(run.of("train", "test")) == ["a", "b", "c", "d"]
        assert not set(run.of("train")) & set(run.of("test"))


def test_folds_of_a_run_with_test_videos_hold_validation_videos_out(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, fold={"folds": {"count": 2}, "train": ["train"], "test": ["test"], "select": "best"})
    held_out = [plan.runs[name].of("validation") for name in ("fold1", "fold2")]
    assert sorted(video for videos in held_out for video in videos) == ["a", "b", "c"]
    for run in plan.runs.values():
        assert sorted(run.of("train", "validation")) == ["a", "b", "c"]
        assert run.of("test") == plan.tables.of(["test"])


def test_folds_share_preprocessing(tmp_path: Path) -> None:
    needs = Needs(plan_of(tmp_path, fold={"folds": {"count": 3}, "train": ["train"]}))
    stores = {path for run in needs.plan.runs for path in needs.training(run, "rgb", "1")["train"]}
    assert {path.parent.as_posix() for path in stores} == {"results/mine/crops", "results/mine/poses"}


def test_signers_that_are_always_trained_are_never_tested(tmp_path: Path) -> None:
    folds = {"folds": {"count": 2, "always_train": ["anna"]}, "train": ["train"]}
    runs = plan_of(tmp_path, fold=folds).runs
    assert all("a" in run.of("train") for run in runs.values())
    assert sorted(video for run in runs.values() for video in run.of("test")) == ["b", "c"]


@pytest.mark.parametrize(
    ("runs", "named"),
    [
        ({"first": {**FIRST, "train": ["predict"]}}, r"no training video shows HOUSE"),
        ({"first": {"test": ["test"], "select": "best"}}, r"runs\.first\.validation: is missing"),
        ({"first": {**FIRST, "spotter": "hsi3d"}}, r"runs\.first\.spotter: is hsi3d.*bilstm"),
        ({"first": {**FIRST, "spotters": ["hsi3d"]}}, r"runs\.first\.spotters: there is no spotter 'hsi3d'"),
        ({"first": {**FIRST, "experts_of": "zero"}}, r"runs\.first\.experts_of: there is no run 'zero'"),
        ({"fold": {"folds": {"count": 9}, "train": ["train"]}}, r"cannot be shared out to 9 parts"),
        (
            {"fold": {"folds": {"count": 2, "always_train": ["zoe"]}, "train": ["train"]}},
            r"runs\.fold\.folds\.always_train: no training video shows the signer 'zoe'",
        ),
        ({"fold1": FIRST, "fold": {"folds": {"count": 2}, "train": ["train"]}}, r"runs\.fold1: there are two runs"),
        (
            {"first": FIRST, "second": {"train": ["val"], "test": ["train"], "experts_of": "first"}},
            r"runs\.second\.experts_of: the experts of first were trained on a, a test video of this run",
        ),
        (
            {
                "first": FIRST,
                "second": {**FIRST, "experts_of": "first", "override": {"experts": {"rgb": {"clips": {"stride": 2}}}}},
            },
            r"runs\.second\.experts_of: runs\.second\.override changes experts",
        ),
    ],
)
def test_a_wrong_run_is_named(tmp_path: Path, runs: dict, named: str) -> None:
    with pytest.raises(InputError, match=named):
        plan_of(tmp_path, **runs)


def test_runs_that_share_experts_train_none(tmp_path: Path) -> None:
    second = {"train": ["train"], "test": ["predict"], "seed": 2, "experts_of": "first"}
    needs = Needs(plan_of(tmp_path, first=FIRST, second=second))
    fit = needs.fit("second", "bilstm")
    assert fit["features"] == [
        Path("results/mine/runs/first/features/rgb/000"),
        Path("results/mine/runs/first/features/bones/000"),
    ]
    assert "f" in needs.plan.shards("first")["000"], "the owner extracts features of the videos of the other run"
    assert needs.plan.shards("second") == {}


def test_an_ensemble_reads_predictions_of_other_runs_for_its_videos(tmp_path: Path) -> None:
    config = changed(CONFIG, "spotters.all", ALL)
    second = {"train": ["train"], "test": ["val"], "spotters": ["bilstm"], "seed": 2, "experts_of": "first"}
    first = {**FIRST, "spotter": "all", "validation": ["val"]}
    needs = Needs(plan_of(tmp_path, config, first=first, second=second))
    assert list(needs.plan.runs["second"].spotters) == ["bilstm"]
    predicted = needs.predict("first", "all", "000")["predictions"]
    assert predicted == [Path(f"results/mine/runs/{run}/predictions/bilstm/000") for run in ("first", "second")]
    assert set(needs.plan.predicted_shards("second")["000"]) == {"d", "e"}
    inputs = needs.predict_job("first", "all", "000")
    assert inputs["e"]["predictions"][1] == "results/mine/runs/second/predictions/bilstm/000/e.h5"


def test_only_options_to_be_tuned_need_validation_videos(tmp_path: Path) -> None:
    config = changed(CONFIG, "spotters.bilstm.decoders.frames", {"threshold": "tune"})
    needs = Needs(plan_of(tmp_path, config))
    assert needs.tune("first", "bilstm", "cells") == []
    assert needs.tune("first", "bilstm", "frames") == [Path("results/mine/runs/first/predictions/bilstm/000")]
    assert needs.tune_job("first", "bilstm", "frames")["truth"] == {"d": [(0, 1000, 1500), (1, 3000, 3500)]}


def test_the_provenance_of_a_run_counts_and_names_nobody(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, final={"train": ["train", "val"], "test": ["test", "predict"]})
    told = provenance(plan, "final")
    assert {key: told[key] for key in ("corpus", "run", "seed", "spotter", "decoder", "shared_signers")} == {
        **{"corpus": "mine", "run": "final", "seed": 1, "spotter": "bilstm", "decoder": "cells"},
        "shared_signers": 1,
    }
    assert told["train"] == {"splits": ["train", "val"], "videos": 4, "signers": 4}
    assert told["validation"] == {"splits": [], "videos": 0, "signers": 0}
    assert told["experts"]["rgb"] == {"origin": "training", "trainings": 2, "run": "final"}
    assert "anna" not in str(told)


def test_the_review_page_reads_predictions_of_the_leading_spotter(tmp_path: Path) -> None:
    config = changed(CONFIG, "spotters.all", {"kind": "ensemble", "of": ["bilstm"], "decoders": {"runs": {}}})
    first = {**FIRST, "spotter": "all", "test": ["test", "predict"], "validation": ["val"]}
    needs = Needs(plan_of(tmp_path, config, first=first))
    read, told = needs.review("first"), needs.review_job("first")
    assert read["predictions"] == [Path("results/mine/runs/first/predictions/all/000")]
    assert told["predictions"] == {video: str(read["predictions"][0] / f"{video}.h5") for video in ("e", "f")}
    for kind in ("labels", "frames", "poses"):
        assert [path.stem for path in read[kind]] == list(told["predictions"])


def test_the_report_reads_the_frame_stores_of_all_videos_of_its_run(tmp_path: Path) -> None:
    read = Needs(plan_of(tmp_path, first=FIRST)).report("first")
    plan = plan_of(tmp_path, first=FIRST)
    assert [path.stem for path in read["crops"]] == plan.runs["first"].of("train", "validation", "test")


def test_videos_to_predict_have_no_truth(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, final={"train": ["train"], "test": ["test", "predict"]}, blind={"test": ["predict"]})
    assert plan.scored("final") == ["e"]
    assert plan.scored_runs == ["final"] and plan.shown_runs == ["final", "blind"]


@given(st.lists(st.text(), unique=True), st.integers(1, 20))
def test_shards_are_even_and_hold_every_video_once(videos: list[str], size: int) -> None:
    shards = shards_of(videos, size)
    assert [video for shard in shards.values() for video in shard] == videos
    assert list(shards) == sorted(shards)
    sizes = {len(shard) for shard in shards.values()}
    assert not sizes or (max(sizes) <= size and max(sizes) - min(sizes) <= 1)


def test_spotters_that_read_frames_are_told_of_left_handed_signers(tmp_path: Path) -> None:
    few = {"kind": "exemplars", "modality": {"name": "skeleton"}, "decoders": {"candidates": {}}}
    config = changed(changed(CONFIG, "spotters.few", few), "runs.first.spotter", "bilstm")
    tables = write_corpus(tmp_path)
    rows = (tmp_path / "videos.tsv").read_text().split("\n")
    hands = ["handedness", "left", "right", "", "L", "", ""]
    (tmp_path / "videos.tsv").write_text(
        "\n".join([f"{row}\t{hand}" for row, hand in zip(rows, hands, strict=False)] + [""])
    )
    config["corpus"]["tables"] = tables
    needs = Needs(read_plan(config, SCHEMA))
    told = needs.fit_job("first", "few")["train"]
    assert [video for video, read in told.items() if read.get("left_handed")] == ["a"]
    assert not any("left_handed" in read for read in needs.fit_job("first", "bilstm")["train"].values())
    inputs = video_inputs(told, "results/mine")
    assert [one.left_handed for one in inputs] == [True, False, False]
