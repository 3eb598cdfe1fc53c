"""Recognition of single signs in a configuration: what is refused before anything runs, and what its jobs read."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from plans import CONFIG, RECIPE, changed, plan_of

from signspot.errors import InputError
from signspot.plan.costs import Costs
from signspot.plan.needs import Needs
from signspot.plan.plan import Plan
from signspot.plan.provenance import provenance
from signspot.plan.recognition import RecognitionNeeds

SINGLE = [{"clips": "instances", **RECIPE}]
SPOTLESS = {key: value for key, value in CONFIG.items() if key != "spotters"}
ALONE = changed(SPOTLESS, "experts.bones.training", SINGLE)
"""No spotters, and experts of which one learns from single signs."""
BOTH = {**ALONE, "fusions": {"both": {"experts": ["rgb", "bones"], "weights": "tune"}}}
RUN = CONFIG["runs"]["first"]


def plan(folder: Path, config: dict, path: str = "seed", value: Any = 1, run: dict = RUN) -> Plan:
    return plan_of(folder, changed(config, path, value), first=run)


def needs(folder: Path, config: dict = BOTH) -> RecognitionNeeds:
    return RecognitionNeeds(Needs(plan(folder, config)))


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("fusions.both.experts", ["rgb", "hands"], r"fusions\.both\.experts: there is no expert 'hands'"),
        ("fusions.both.experts", ["rgb"], r"fusions\.both\.experts"),
        ("fusions.both.weights", [1, 2, 3], r"fusions\.both\.weights: are 1, 2, 3, expected 2 numbers"),
        ("fusions.both.weights", [0, 0], r"not all 0"),
        ("fusions.both.weights", [1, -1], r"fusions\.both\.weights"),
        ("fusions.both.weights", "best", r"fusions\.both\.weights"),
        ("fusions.rgb", {"experts": ["rgb", "bones"]}, r"fusions\.rgb: is the name of a recogniser too"),
        ("recognition", {"nearest": {"name": "rgb"}}, r"recognition\.nearest\.name: is rgb, expected a modality that"),
        ("recognition", {"nearest": {"name": "skeleton", "stream": "x"}}, r"recognition\.nearest\.stream"),
        ("recognition", {"best": [0]}, r"recognition\.best"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(tmp_path: Path, path: str, value: Any, named: str) -> None:
    with pytest.raises(InputError, match=named):
        plan(tmp_path, BOTH, path, value)


def test_weights_are_tuned_on_validation_videos_only(tmp_path: Path) -> None:
    without = {"train": ["train"], "test": ["test"]}
    with pytest.raises(InputError, match=r"fusions\.both\.weights: tune needs validation videos"):
        plan(tmp_path, BOTH, run=without)
    assert plan(tmp_path, BOTH, "fusions.both.weights", [1, 0.4], run=without)


def test_weights_are_not_tuned_on_test_videos(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"fusions\.both\.weights: tune would search on e, which the run first tests"):
        plan(tmp_path, BOTH, run={**RUN, "validation": ["val", "test"]})


def test_too_many_recognisers_cannot_be_tuned(tmp_path: Path) -> None:
    names = [f"e{number}" for number in range(6)]
    config = {**ALONE, "experts": dict.fromkeys(names, ALONE["experts"]["bones"])}
    with pytest.raises(InputError, match=r"6 streams .* combinations"):
        plan(tmp_path, {**config, "fusions": {"all": {"experts": names, "weights": "tune"}}})


def test_published_features_name_no_signs(tmp_path: Path) -> None:
    for video in "abcde":
        np.save(tmp_path / f"{video}.npy", np.zeros((30, 2048), np.float32))
    published = {"modality": {"name": "rgb"}, "features": {"folder": str(tmp_path)}}
    with pytest.raises(InputError, match=r"fusions\.both\.experts: rgb has published features"):
        plan(tmp_path, BOTH, "experts.rgb", published)


def test_nothing_to_spot_and_nothing_to_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"runs\.first: there is nothing to do"):
        plan(tmp_path, SPOTLESS)


def test_a_spotter_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"runs\.first\.spotter: is bilstm, expected one of"):
        plan(tmp_path, ALONE, run={**RUN, "spotter": "bilstm"})


def test_recognisers_are_those_that_learn_single_signs_and_those_of_fusions(tmp_path: Path) -> None:
    assert plan(tmp_path, CONFIG).runs["first"].streams == []
    assert plan(tmp_path, ALONE).runs["first"].streams == ["bones"]
    assert plan(tmp_path, BOTH).runs["first"].streams == ["rgb", "bones", "both"]


def test_a_run_without_spotters_hands_nothing_in(tmp_path: Path) -> None:
    alone = plan(tmp_path, ALONE)
    assert alone.recognising_runs == ["first"]
    assert alone.spotting_runs == alone.scored_runs == alone.shown_runs == alone.reported_runs == []
    assert Needs(alone).decoders("first") == []
    assert alone.needed_experts("first") == ["bones"]
    told = provenance(alone, "first")
    assert (told["spotter"], told["decoder"], told["recognisers"]) == (None, None, ["bones"])


def test_without_a_test_video_that_shows_signs_recognisers_are_trained_to_be_exported(tmp_path: Path) -> None:
    blind = plan_of(tmp_path, ALONE, first={"train": ["train"], "test": ["predict"]})
    assert blind.recognising_runs == [] and blind.needed_experts("first") == ["bones"]
    assert RecognitionNeeds(Needs(blind)).streams("first") == []


def test_what_is_read(tmp_path: Path) -> None:
    of = needs(tmp_path)
    files, corpus = of.plan.run_files("first"), of.plan.files
    read = of.recognise("first", "rgb", "validation")
    assert read["weights"] == [files.expert("rgb", "2") / "weights.safetensors"]
    assert read["stores"] == [corpus.store("crops", "d"), corpus.store("poses", "d")]
    assert of.fusion("first") == {
        "test": [files.logits("rgb", "test"), files.logits("bones", "test")],
        "validation": [files.logits("rgb", "validation"), files.logits("bones", "validation")],
    }
    assert of.leading("first") == files.recognition_accuracy("both")


def test_only_what_is_tuned_looks_at_validation_videos(tmp_path: Path) -> None:
    fixed = needs(tmp_path, changed(BOTH, "fusions.both.weights", [1, 0.4]))
    assert fixed.fusion("first")["validation"] == []


def test_weights_have_a_plain_sum_beside_them(tmp_path: Path) -> None:
    assert [one["weights"] for one in needs(tmp_path).fusion_job("first")["sums"]] == ["plain", "tune"]
    plain = changed(BOTH, "fusions.both.weights", "plain")
    assert [one["weights"] for one in needs(tmp_path, plain).fusion_job("first")["sums"]] == ["plain"]
    twice = changed(BOTH, "fusions.fixed", {"experts": ["rgb", "bones"], "weights": [1, 0.4]})
    told = needs(tmp_path, twice).fusion_job("first")["sums"]
    assert [one["weights"] for one in told] == ["plain", "tune", (1, 0.4)]


def test_a_run_that_takes_experts_of_another_takes_its_recognisers(tmp_path: Path) -> None:
    other = {**RUN, "experts_of": "first", "seed": 2}
    of = RecognitionNeeds(Needs(plan_of(tmp_path, BOTH, first=RUN, other=other)))
    (weights,) = of.recognise("other", "bones", "test")["weights"]
    assert weights == of.plan.run_files("first").expert("bones", "1") / "weights.safetensors"


def test_the_time_grows_with_the_signs_and_with_their_variants(tmp_path: Path) -> None:
    few = plan(tmp_path, ALONE)
    rows = few.tables.annotations
    many = replace(few, tables=replace(few.tables, annotations=pd.concat([rows] * 200_000, ignore_index=True)))
    six = plan(tmp_path, ALONE, "experts.bones.tta", "six")
    six = replace(six, tables=many.tables)
    minutes = [Costs(each).recognition("first", "bones", "test").minutes for each in (few, many, six)]
    assert minutes == sorted(set(minutes))


NEAREST = {**SPOTLESS, "recognition": {"nearest": {"name": "skeleton"}}}


def test_the_nearest_clips_need_no_expert(tmp_path: Path) -> None:
    of = needs(tmp_path, NEAREST)
    files, corpus = of.plan.run_files("first"), of.plan.files
    assert of.streams("first") == ["nearest"] and of.plan.needed_experts("first") == []
    assert of.leading("first") == files.recognition_accuracy("nearest")
    assert of.nearest("first")["test"] == [corpus.store("poses", "e")]
    assert of.fusion("first") == {"test": [files.logits("nearest", "test")], "validation": []}
    assert "poses" in of.plan.stores


def test_an_expert_is_not_called_like_the_nearest_clips(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"experts\.nearest: is the name of what the nearest clips say too"):
        plan(tmp_path, NEAREST, "experts.nearest", ALONE["experts"]["bones"])


def test_the_nearest_clips_are_training_clips(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"recognition\.nearest: needs training videos"):
        plan(tmp_path, NEAREST, run={"test": ["test"]})


def test_no_sign_is_too_short_where_all_is_learnt_from_single_signs(tmp_path: Path) -> None:
    assert plan(tmp_path, CONFIG).least_sign == {"stride": 4, "length": 8}
    assert plan(tmp_path, ALONE).least_sign == {"stride": 4, "length": 8}
    single = changed(ALONE, "experts.rgb.training", SINGLE)
    assert plan(tmp_path, single).least_sign == {"stride": 1, "length": 1}
