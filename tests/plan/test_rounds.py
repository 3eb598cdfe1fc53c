"""Labels from spottings in a configuration: what is refused before anything runs, and what the jobs of a round read."""

from pathlib import Path
from typing import Any

import pytest
from plans import CONFIG, RECIPE, changed, plan_of

from signspot.errors import InputError
from signspot.plan.costs import Costs
from signspot.plan.needs import Needs
from signspot.plan.plan import Plan
from signspot.plan.provenance import provenance
from signspot.plan.rounds import RoundNeeds

SINGLE = changed(CONFIG, "experts.bones.training", [{"clips": "inner", **RECIPE}])
ROWS = (("f", "House, tree!"), ("d", "A tree."))
"""Sentences: f is a video to predict, d one for validation."""


def plan(folder: Path, path: str = "seed", value: Any = 1, *, rows: tuple = ROWS, run: dict | None = None) -> Plan:
    lines = [f"{video}\t0\t1500\t{text}" for video, text in rows]
    (folder / "sentences.tsv").write_text("\n".join(["video\tstart_ms\tend_ms\ttext", *lines, ""]))
    rounds = {"count": 2, "videos": ["predict"], "sentences": str(folder / "sentences.tsv"), "expert": "bones"}
    words = changed({**CONFIG["runs"]["first"], "rounds": {**rounds, **(run or {})}}, "select", "best")
    return plan_of(folder, changed(SINGLE, path, value), words=words)


def test_a_run_becomes_as_many_runs_as_there_are_rounds(tmp_path: Path) -> None:
    found = plan(tmp_path)
    assert list(found.runs) == ["words0", "words1", "words2"]
    assert [run.experts_of for run in found.runs.values()] == list(found.runs)
    assert [run.round.last for run in found.rounds["words"]] == [False, False, True]
    assert "f" in found.videos


def test_a_round_learns_what_the_round_before_has_spotted(tmp_path: Path) -> None:
    found = plan(tmp_path)
    needs = Needs(found)
    first, second, third = (needs.training_job(name, "bones", "1")["train"] for name in found.runs)
    assert first == ["a", "b", "c"] and second == third == ["a", "b", "c", "f"]
    spotted = [
        [path for path in needs.training(name, "bones", "1")["labels"] if path.parent.name == "pseudo_labels"]
        for name in found.runs
    ]
    assert spotted == [[], *([found.run_files(name).pseudo_frames] for name in ("words0", "words1"))]
    assert needs.training("words1", "bones", "1")["labels"][-1] == found.run_files("words0").pseudo_frames


def test_only_what_takes_single_signs_learns_from_spottings(tmp_path: Path) -> None:
    needs = Needs(plan(tmp_path))
    assert needs.training_job("words1", "rgb", "1")["train"] == ["a", "b", "c"]
    assert not [path for path in needs.training("words1", "rgb", "1")["labels"] if "pseudo" in str(path)]
    assert set(needs.fit_job("words1", "bilstm")["train"]) == {"a", "b", "c"}


def test_what_is_spotted_with(tmp_path: Path) -> None:
    found = plan(tmp_path)
    rounds = RoundNeeds(Needs(found))
    job = rounds.spot_job("words1")
    assert {role: list(files) for role, files in job["features"].items()} == {
        "lexicon": ["a", "b", "c"],
        "validation": ["d"],
        "weak": ["f"],
    }
    assert job["truth"]["weak"] == {"f": []} and job["round"] == 2 and job["threshold"] is None
    folders = {path.parent.name for path in rounds.spot("words1")["features"]}
    assert folders == {"bones"} and "f" in [video for of in found.shards("words1").values() for video in of]
    assert "f" not in [video for of in found.shards("words2").values() for video in of], "no round follows"
    assert len(rounds.rounds("words")["summaries"]) == 2 and len(rounds.rounds("words")["scores"]) == 3


def test_a_training_that_learns_from_more_videos_is_given_more_time(tmp_path: Path) -> None:
    costs = Costs(plan(tmp_path, "experts.bones.training.0.epochs", 10_000))
    before, after = (costs.training(name, "bones", "1").minutes for name in ("words0", "words1"))
    assert after > before


def test_the_provenance_tells_the_round(tmp_path: Path) -> None:
    found = plan(tmp_path)
    told = [provenance(found, name)["round"] for name in found.runs]
    assert told == [{"of": "words", "number": number, "videos": min(number, 1)} for number in range(3)]
    assert provenance(plan_of(tmp_path), "first")["round"] is None


@pytest.mark.parametrize(
    ("run", "named"),
    [
        ({"expert": "hands"}, r"runs\.words\.rounds\.expert: there is no expert 'hands'; there are rgb, bones"),
        (
            {"expert": "rgb"},
            r"runs\.words\.rounds\.expert: no training of rgb takes single signs, .* instances or inner",
        ),
        ({"videos": ["val"]}, r"runs\.words\.rounds\.videos: d is a video of train, validation or test"),
        ({"sentences": "nowhere.tsv"}, r"nowhere\.tsv: there is no such file"),
        ({"count": 0}, r"runs\.words\.rounds\.count"),
        ({"threshold": "best"}, r"runs\.words\.rounds\.threshold"),
        ({"threshold": 1}, r"runs\.words\.rounds\.threshold"),
        ({"precision": 2}, r"runs\.words\.rounds\.precision"),
        ({"words": 2}, r"runs\.words\.rounds"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(tmp_path: Path, run: dict, named: str) -> None:
    with pytest.raises(InputError, match=named):
        plan(tmp_path, run=run)


def test_an_expert_that_skips_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bones sees a clip every 9 frames"):
        plan(tmp_path, "experts.bones.clips", {"stride": 9})


def test_sentences_that_name_no_sign_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"runs\.words\.rounds\.sentences: no sentence .* has a word of the vocabulary"
    ):
        plan(tmp_path, rows=(("f", "Nothing."), ROWS[1]))


def test_a_threshold_is_chosen_on_annotated_sentences_or_given(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"runs\.words\.rounds\.threshold: is tune, but no annotated validation video"):
        plan(tmp_path, rows=ROWS[:1])
    found = plan(tmp_path, rows=ROWS[:1], run={"threshold": 0.7})
    assert RoundNeeds(Needs(found)).spot_job("words0")["threshold"] == 0.7


@pytest.mark.parametrize("other", [{"folds": {"count": 2}}, {"experts_of": "words0"}])
def test_rounds_are_neither_folds_nor_do_they_take_experts(tmp_path: Path, other: dict) -> None:
    rounds = {"count": 1, "videos": ["predict"], "sentences": "sentences.tsv", "expert": "bones"}
    run = {**CONFIG["runs"]["first"], "rounds": rounds, **other}
    if "folds" in other:
        del run["validation"]
    with pytest.raises(InputError, match=r"runs\.words"):
        plan_of(tmp_path, SINGLE, words=run)
