"""Spotting by recognisers in a configuration: what is refused before anything runs, and what its jobs read."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plans import CONFIG, changed, plan_of

from signspot.errors import InputError
from signspot.plan.costs import Costs
from signspot.plan.needs import Needs
from signspot.plan.plan import Plan

FIRST = {"kind": "windows", "experts": ["bones"], "decoders": {"windows": {}}}
SECOND = {"kind": "second_look", "of": ["first"], "experts": ["rgb"], "decoders": {"confirmed": {}}}
SPOTTERS = {"first": FIRST, "second": SECOND}
RUN = {**CONFIG["runs"]["first"], "spotter": "second"}


def plan(folder: Path, path: str = "seed", value: Any = 1, **runs: dict) -> Plan:
    return plan_of(folder, changed({**CONFIG, "spotters": SPOTTERS}, path, value), **(runs or {"first": RUN}))


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("spotters.first.experts", ["hands"], r"spotters\.first\.experts: there is no expert 'hands'"),
        ("spotters.first.experts", None, r"spotters\.first\.experts: a spotter of the kind windows reads it: add it"),
        ("spotters.first.of", ["second"], r"spotters\.first\.of: a spotter of the kind windows does not read it"),
        ("spotters.first.stride", 1, r"spotters\.first\.stride: there is no such option"),
        ("spotters.second.of", None, r"spotters\.second\.of: a spotter of the kind second_look reads it: add it"),
        ("spotters.second.of", ["second"], r"spotters\.second\.of: second needs the predictions of second itself"),
        ("spotters.second.experts", None, r"spotters\.second\.experts: a spotter of the kind second_look reads it"),
        ("spotters.second.first", {"treshold": 1}, r"spotters\.second\.first\.treshold: there is no such option"),
        ("spotters.second.first", {"threshold": 2}, r"spotters\.second\.first\.threshold: is 2, expected 0 to 1"),
        ("spotters.second.first", {"threshold": "tune"}, r"first\.threshold: is 'tune', expected number"),
        ("spotters.first.decoders.windows", {"close": -1}, r"decoders\.windows\.close: is -1, expected 0 to 1000"),
        ("spotters.first.decoders.windows", {"overlap": 2}, r"decoders\.windows\.overlap: is 2, expected 0 to 1"),
        ("spotters.first.decoders.windows", {"min_windows": 0}, r"min_windows: is 0, expected 1 to 10000"),
        ("spotters.first.trained", {"path": "a.pth"}, r"a spotter of the kind windows has no published file"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(tmp_path: Path, path: str, value: Any, named: str) -> None:
    with pytest.raises(InputError, match=named):
        plan(tmp_path, path, value)


def test_recognisers_cut_the_same_clips(tmp_path: Path) -> None:
    config = changed({**CONFIG, "spotters": SPOTTERS}, "experts.rgb.clips", {"length": 25})
    plan_of(tmp_path, config, first=RUN)
    with pytest.raises(InputError, match=r"spotters\.first\.experts: cut clips of other frames \(bones 8 .*, rgb 25"):
        plan_of(tmp_path, changed(config, "spotters.first.experts", ["bones", "rgb"]), first=RUN)


def test_recognisers_may_have_learnt_their_signs_by_other_rules(tmp_path: Path) -> None:
    config = changed({**CONFIG, "spotters": SPOTTERS}, "experts.rgb.clips", {"sign": "parts"})
    found = plan_of(tmp_path, changed(config, "spotters.first.experts", ["bones", "rgb"]), first=RUN)
    assert found.expert("first", "rgb").network()["clips"] == {"length": 8, "stride": 4, "sign": "parts"}
    assert found.expert("first", "bones").network()["clips"]["sign"] == "around"


def test_published_features_have_no_classifier(tmp_path: Path) -> None:
    for video in "abcde":
        np.save(tmp_path / f"{video}.npy", np.zeros((30, 2048), np.float32))
    published = {"modality": {"name": "rgb"}, "features": {"folder": str(tmp_path)}}
    with pytest.raises(InputError, match=r"spotters\.second\.experts: rgb has published features, and no classifier"):
        plan(tmp_path, "experts.rgb", published)


def test_options_of_the_decoders_may_be_tuned(tmp_path: Path) -> None:
    tuned = plan(tmp_path, "spotters.first.decoders.windows", {"threshold": "tune", "close": "tune"})
    assert Needs(tuned).tune("first", "first", "windows")
    assert Needs(plan(tmp_path, "spotters.second.decoders.confirmed.threshold", "tune"))


def test_the_fit_takes_the_classifiers_and_waits_for_no_features(tmp_path: Path) -> None:
    needs = Needs(plan(tmp_path))
    first, second = (needs.fit("first", name) for name in SPOTTERS)
    files = needs.plan.run_files("first")
    assert first["experts"] == [files.expert("bones", "1") / "weights.safetensors"]
    assert second["experts"] == [files.expert("rgb", "2") / "weights.safetensors"]
    assert first["features"] == second["features"] == second["predictions"] == []
    assert second["members"] == [files.spotter("first") / "weights.safetensors"]
    read = needs.predict("first", "second", "000")
    assert read["features"] and read["predictions"]


def test_the_fit_is_told_of_no_training_video(tmp_path: Path) -> None:
    needs = Needs(plan(tmp_path))
    for name in SPOTTERS:
        assert needs.fit_job("first", name)["train"] == {}


def test_other_kinds_take_no_classifiers(tmp_path: Path) -> None:
    assert Needs(plan_of(tmp_path)).fit("first", "bilstm")["experts"] == []


def test_no_job_of_them_asks_for_a_gpu(tmp_path: Path) -> None:
    costs = Costs(plan(tmp_path))
    assert [costs.spotter_gpus("first", name) for name in SPOTTERS] == [0, 0]


def test_no_features_of_training_videos_are_extracted_for_them(tmp_path: Path) -> None:
    (videos,) = plan(tmp_path).shards("first").values()
    assert videos == ["d", "e"]
    (all_videos,) = plan_of(tmp_path).shards("first").values()
    assert all_videos == ["a", "b", "c", "d", "e"]
