"""Search by text in a configuration: what is refused before anything runs, and what its jobs read."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plans import CONFIG, changed, plan_of

from signspot.errors import InputError
from signspot.plan.costs import Costs
from signspot.plan.needs import Needs
from signspot.plan.plan import Plan
from signspot.plan.provenance import provenance
from signspot.plan.retrieval import RetrievalNeeds

RUN = {**CONFIG["runs"]["first"], "select": "best"}
ROWS = [("a", 0), ("a", 2000), ("b", 0), ("d", 0), ("d", 2000), ("e", 0), ("e", 2000)]
"""Video and start of each sentence: a, b and c are training videos, d is for validation, e for the test."""


def plan(folder: Path, path: str = "seed", value: Any = 1, *, rows: list = ROWS, run: dict = RUN, **runs: dict) -> Plan:
    sentences = folder / "sentences.tsv"
    lines = [f"{video}\t{start}\t{start + 1500}\tA house." for video, start in rows]
    sentences.write_text("\n".join(["video\tstart_ms\tend_ms\ttext", *lines, ""]))
    block = {"sentences": str(sentences), "expert": "bones", "spotter": "bilstm"}
    return plan_of(folder, changed({**CONFIG, "retrieval": block}, path, value), first=run, **runs)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("retrieval.expert", "hands", r"retrieval\.expert: there is no expert 'hands'; there are rgb, bones"),
        ("experts.bones.clips", {"stride": 9}, r"retrieval\.expert: bones sees a clip every 9 frames"),
        ("retrieval.spotter", "other", r"retrieval\.spotter: there is no spotter 'other' in any run; there are bilstm"),
        ("retrieval.sentences", "nowhere.tsv", r"nowhere\.tsv: there is no such file"),
        ("retrieval.threshold", 1, r"retrieval\.threshold"),
        ("retrieval.seeds", 0, r"retrieval\.seeds"),
        ("retrieval.words", "x", r"retrieval"),
        ("retrieval.text", {"vectors": "nowhere.txt"}, r"nowhere\.txt: cannot be read"),
        ("retrieval.training", {"speed": 1}, r"retrieval\.training\.speed: there is no such option"),
        ("retrieval.training", {"select": "last"}, r"retrieval\.training\.select: there is no such option"),
        ("retrieval.training", {"epochs": 0}, r"retrieval\.training: training\.epochs: is 0"),
        ("retrieval.training", {"mixup": 1}, r"retrieval\.training\.mixup: is 1, expected 0 for the common space"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_right(tmp_path: Path, path: str, value: Any, named: str) -> None:
    with pytest.raises(InputError, match=named):
        plan(tmp_path, path, value)


@pytest.mark.parametrize(("video", "role"), [("e", "test"), ("d", "validation"), ("ab", "train")])
def test_every_role_needs_sentences(tmp_path: Path, video: str, role: str) -> None:
    rows = [row for row in ROWS if row[0] not in video]
    with pytest.raises(InputError, match=rf"sentences\.tsv has no sentences of {role} videos of the run first"):
        plan(tmp_path, rows=rows)


def test_who_takes_the_last_epoch_needs_no_validation_sentences(tmp_path: Path) -> None:
    rows = [row for row in ROWS if row[0] != "d"]
    needs = RetrievalNeeds(Needs(plan(tmp_path, rows=rows, run={**RUN, "select": "last"})))
    assert list(needs.space_job("first", "1")["features"]) == ["train"]


def test_a_sentence_of_a_video_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"sentences\.tsv, line 9: .*a video of the corpus"):
        plan(tmp_path, rows=[*ROWS, ("nobody", 0)])


def test_word_vectors_without_any_word_of_the_sentences_are_refused(tmp_path: Path) -> None:
    vectors = tmp_path / "words.txt"
    vectors.write_text("1 2\nHaus 1 0\n")
    with pytest.raises(InputError, match=r"retrieval\.text\.vectors: .*words\.txt has no word of the training"):
        plan(tmp_path, "retrieval.text", {"vectors": str(vectors)})
    vectors.write_text("2 2\nHaus 1 0\nHouse 0 1\n")
    needs = RetrievalNeeds(Needs(plan(tmp_path, "retrieval.text", {"vectors": str(vectors)})))
    assert needs.space("first")["vectors"] == needs.retrieve("first")["vectors"] == [vectors]


def test_published_features_are_no_sign_embeddings(tmp_path: Path) -> None:
    for video in "abcde":
        np.save(tmp_path / f"{video}.npy", np.zeros((30, 2048), np.float32))
    published = {"modality": {"name": "rgb"}, "features": {"folder": str(tmp_path)}}
    config = changed(CONFIG, "spotters.bilstm.experts", ["bones"])
    with pytest.raises(InputError, match=r"retrieval\.expert: rgb has published features"):
        sentences = tmp_path / "sentences.tsv"
        sentences.write_text("video\tstart_ms\tend_ms\ttext\na\t0\t9\tx\n")
        block = {"sentences": str(sentences), "expert": "rgb", "spotter": "bilstm"}
        plan_of(tmp_path, changed({**config, "retrieval": block}, "experts.rgb", published), first=RUN)


def test_what_is_read(tmp_path: Path) -> None:
    needs = RetrievalNeeds(Needs(plan(tmp_path)))
    files = needs.plan.run_files("first")
    shard = str(files.features("bones", "000"))
    assert needs.space("first")["features"] == [Path(shard)]
    job = needs.space_job("first", "2")
    assert job["seed"] == 2 and job["training"] == {"select": "best"}
    assert job["features"] == {
        "train": {"a": f"{shard}/a.h5", "b": f"{shard}/b.h5"},
        "validation": {"d": f"{shard}/d.h5"},
    }
    read = needs.retrieve("first")
    assert read["spaces"] == [files.space(str(seed)) / "weights.safetensors" for seed in (1, 2, 3)]
    told = needs.retrieve_job("first")
    assert list(told["features"]) == list(told["predictions"]) == ["e"] and told["threshold"] == 0.5
    page = needs.page_job("first")
    assert list(page["videos"]) == ["e"] and page["title"].endswith(", run first")


def test_features_of_training_videos_are_extracted_though_the_spotter_needs_none(tmp_path: Path) -> None:
    spotter = {"kind": "windows", "experts": ["rgb"], "decoders": {"windows": {}}}
    with_search = plan(tmp_path, "spotters.bilstm", spotter)
    assert with_search.shards("first") == {"000": list("abcde")}
    assert with_search.needed_experts("first") == ["rgb", "bones"]
    assert with_search.used_experts("first") == ["rgb"]


def test_the_features_of_another_run_are_searched(tmp_path: Path) -> None:
    needs = RetrievalNeeds(Needs(plan(tmp_path, other={**RUN, "experts_of": "first", "seed": 7})))
    assert needs.space("other")["features"] == [needs.plan.run_files("first").features("bones", "000")]
    assert needs.space_job("other", "3")["seed"] == 9


def test_runs_without_the_spotter_do_not_search(tmp_path: Path) -> None:
    few = {"kind": "exemplars", "modality": {"name": "skeleton"}, "decoders": {"candidates": {}}}
    both = plan(tmp_path, "spotters.few", few, run={**RUN, "spotter": "bilstm"}, other={**RUN, "spotters": ["few"]})
    assert both.retrieving_runs == ["first"]


def test_what_a_run_was_made_of_tells_no_path(tmp_path: Path) -> None:
    told = provenance(plan(tmp_path), "first")["retrieval"]
    assert told == {"expert": "bones", "spotter": "bilstm", "seeds": 3, "word_vectors": "spelling"}
    assert provenance(plan_of(tmp_path, CONFIG), "first")["retrieval"] is None


def with_sentences(folder: Path, video: str, count: int, **more: Any) -> Costs:
    """What jobs ask for if one video has so many sentences."""
    rows = [row for row in ROWS if row[0] != video] + [(video, 2000 * number) for number in range(count)]
    return Costs(plan(folder, rows=rows, **more))


def test_jobs_ask_for_more_with_more_sentences(tmp_path: Path) -> None:
    few, many = (with_sentences(tmp_path, "e", count).retrieve("first") for count in (2, 4000))
    assert few.mb < 3000 and few.minutes < 15
    assert many.mb > few.mb + 1500 and many.minutes > few.minutes
    few, many = (with_sentences(tmp_path, "a", count).space("first", "1") for count in (2, 4000))
    assert few.mb < many.mb and few.minutes < many.minutes


def test_seeds_and_epochs_count(tmp_path: Path) -> None:
    one, three = (
        with_sentences(tmp_path, "e", 2000, path="retrieval.seeds", value=seeds).retrieve("first") for seeds in (1, 3)
    )
    assert one.mb < three.mb and one.minutes <= three.minutes
    few, many = (
        with_sentences(tmp_path, "a", 2000, path="retrieval.training", value={"epochs": epochs}).space("first", "1")
        for epochs in (1, 100)
    )
    assert few.minutes < many.minutes and few.mb == many.mb


def test_sentences_by_which_an_epoch_is_chosen_count_where_one_is(tmp_path: Path) -> None:
    best, last = (
        with_sentences(tmp_path, "d", 4000, run={**RUN, "select": select}).space("first", "1")
        for select in ("best", "last")
    )
    assert best.mb > last.mb + 600
