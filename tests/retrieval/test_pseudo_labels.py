"""Labels from spottings: the best window of each sign of a sentence, which of them count, and what is learnt."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sign_embeddings import write_embeddings

from signspot.clips.samplers import SAMPLERS
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.labels.gathered import read_gathered, write_gathered
from signspot.retrieval.pseudo_labels import (
    are_right,
    best_windows,
    lexicon_embeddings,
    measured,
    pseudo_frame_labels,
    read_features,
    read_pseudo_labels,
    threshold_for,
    write_pseudo_labels,
)
from signspot.retrieval.spotting_clips import CENTRE, about_centre
from signspot.retrieval.words import SignWords
from signspot.spotters.bilstm.sequences import ClipFeatures

VOCABULARY = pd.DataFrame({"class_id": ["0", "1", "2"], "sign": ["HOUSE", "TREE", "SUN"], "aliases": ["", "wood", ""]})
WORDS = SignWords.of_vocabulary(VOCABULARY)
HOUSE, TREE, OTHER = np.eye(3, dtype=np.float32)


def clips(
    folder: Path, shown: dict[int, np.ndarray], name: str = "a", frames: int = 100, first: int = 2
) -> ClipFeatures:
    """Features of clips of 16 frames at every frame from ``first`` on; frames that are not told show something else."""
    rows = np.tile(OTHER, (frames, 1))
    for frame, row in shown.items():
        rows[frame - first] = row
    return read_features(write_embeddings(folder, first, **{name: rows}))[name]


def sentences(*rows: tuple[str, int, int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["video", "start_ms", "end_ms", "text"])


def test_a_sign_has_the_mean_of_the_windows_at_the_middles_of_its_clips(tmp_path: Path) -> None:
    lexicon = {"a": clips(tmp_path, {20: HOUSE, 30: TREE, 40: (HOUSE + TREE) / np.sqrt(2), 21: TREE})}
    truth = {"a": [(0, 600, 1039), (1, 1200, 1200), (0, 1400, 1839)]}
    found = lexicon_embeddings(lexicon, truth, 3)
    mean = HOUSE + (HOUSE + TREE) / np.sqrt(2)
    assert found[0] == pytest.approx(mean / np.linalg.norm(mean))
    assert found[1] == pytest.approx(TREE)
    assert not found[2].any(), "a sign without a clip"


def test_every_sign_of_a_sentence_has_its_best_window_inside(tmp_path: Path) -> None:
    video = clips(tmp_path, {10: HOUSE, 50: HOUSE * 3 + TREE, 60: HOUSE * 7, 80: TREE})
    lexicon = np.array([HOUSE, TREE, np.zeros(3)], float)
    told = sentences(("a", 1800, 2800, "The wood: a house! SUN"), ("b", 0, 9000, "HOUSE"), ("a", 0, 300, "nothing"))
    found = best_windows(told, {"a": video}, lexicon, WORDS)
    assert found["video"].tolist() == ["a", "a"] and found["class_id"].tolist() == [0, 1]
    assert found["frame"].tolist() == [60, 50], "of the sentence, not frame 80 behind it"
    assert found["score"].tolist() == pytest.approx([1, 1 / np.sqrt(10)])
    assert (found["start_ms"][0], found["end_ms"][0]) == (52 * 40, 67 * 40)


def test_a_sentence_outside_the_usable_frames_has_no_window(tmp_path: Path) -> None:
    video = clips(tmp_path, {10: HOUSE}, frames=20)
    told = sentences(("a", 4000, 5000, "HOUSE"))
    assert best_windows(told, {"a": video}, np.eye(3), WORDS).empty


def test_a_window_is_right_if_its_middle_frame_lies_in_its_sign(tmp_path: Path) -> None:
    videos = {"a": clips(tmp_path, {})}
    windows = pd.DataFrame({"video": "a", "class_id": [0, 0, 0, 1], "frame": [9, 10, 15, 12]})
    assert are_right(windows, {"a": [(0, 400, 600)]}, videos).tolist() == [False, True, True, False]


SCORED = st.lists(st.tuples(st.sampled_from([-0.5, 0.0, 0.25, 0.5, 0.75, 1.0]), st.booleans()), max_size=30)


@given(SCORED, st.floats(0, 1))
def test_the_threshold_is_the_lowest_one_that_is_precise_enough(scored: list, precision: float) -> None:
    scores, right = np.array([one for one, _ in scored]), np.array([one for _, one in scored], bool)
    shares = {float(score): right[scores >= score].mean() for score in scores}
    enough = [score for score, share in shares.items() if share >= precision]
    if not enough:
        with pytest.raises(InputError, match="no threshold makes"):
            threshold_for(scores, right, precision)
        return
    threshold = threshold_for(scores, right, precision)
    assert scores[scores > threshold].min() == min(enough)


def test_without_a_window_no_threshold_can_be_chosen() -> None:
    with pytest.raises(InputError, match=r"there is no window.*give a threshold"):
        threshold_for(np.array([]), np.array([], bool), 0.8)


def test_only_annotated_videos_tell_how_many_are_right(tmp_path: Path) -> None:
    videos = {name: clips(tmp_path, {}, name) for name in "ab"}
    windows = pd.DataFrame(
        {
            "video": ["a", "a", "b", "a"],
            "class_id": [0, 1, 2, 0],
            "frame": [10, 11, 12, 13],
            "score": [0.9, 0.8, 0.7, 0.1],
        }
    )
    told = measured(windows, 0.5, {"a": [(0, 400, 600)], "b": []}, videos)
    assert told == {"windows": 4, "spotted": 3, "signs": 3, "precision": 0.5}
    assert measured(windows, 0.95, {}, videos) == {"windows": 4, "spotted": 0, "signs": 0, "precision": None}


def test_the_table_reads_back_as_spottings_with_frame_and_round(tmp_path: Path) -> None:
    windows = pd.DataFrame(
        {"video": ["NA"], "class_id": [1], "start_ms": [40], "end_ms": [680], "frame": [9], "score": [0.5]}
    )
    write_pseudo_labels(windows, ["HOUSE", "TREE"], 2, tmp_path / "pseudo_labels.tsv")
    (row,) = read_pseudo_labels(tmp_path / "pseudo_labels.tsv").to_dict("records")
    assert row == {"video": "NA", "sign": "TREE", "class_id": 1, "start_ms": 40, "end_ms": 680} | {
        "score": 0.5,
        "frame": 9,
        "round": 2,
    }


def spotted(*rows: tuple[int, int, float]) -> pd.DataFrame:
    """Windows by class id, frame and score."""
    return pd.DataFrame(rows, columns=["class_id", "frame", "score"])


def test_clips_about_a_label_are_those_of_the_reach(tmp_path: Path) -> None:
    labels = pseudo_frame_labels(spotted((1, 50, 0.9)), clips(tmp_path, {}))
    assert np.flatnonzero(labels.label).tolist() == list(range(43, 54)), "counted from the first usable frame"
    rng, sampler = np.random.default_rng(0), SAMPLERS.build("inner")
    starts = {int(sampler([labels], Window(16, 1), rng).start[0]) for _ in range(400)}
    assert starts == set(CENTRE.starts(50, 1000))


def test_what_two_signs_claim_is_left_to_the_better_one(tmp_path: Path) -> None:
    labels = pseudo_frame_labels(spotted((0, 50, 0.9), (1, 56, 0.8)), clips(tmp_path, {}))
    assert (labels.label == 1).sum() == 11 and (labels.label == 2).sum() == 6


@given(st.integers(1, 64), st.integers(1, 90), st.data())
def test_labels_lie_in_the_video_at_its_ends_too(length: int, frames: int, data: st.DataObject) -> None:
    video = object.__new__(ClipFeatures)
    video.first, video.last, video.length, video.timebase = 5, 4 + frames, length, None
    frame = data.draw(st.integers(5, 4 + frames))
    label = pseudo_frame_labels(spotted((0, frame, 1.0)), video).label
    assert len(label) == frames and label.any()
    reach = about_centre(length)
    assert reach.before + reach.after + 1 == length + 10
    assert np.abs(np.flatnonzero(label) + 5 - frame).max() <= max(length, 5)


def test_clips_of_16_frames_have_the_own_reach() -> None:
    assert about_centre(16) == CENTRE


def test_labels_of_many_videos_are_gathered(tmp_path: Path) -> None:
    one = pseudo_frame_labels(spotted((1, 50, 0.9)), clips(tmp_path, {}))
    write_gathered(iter([("a", one), ("b", one._replace(label=one.label * 0))]), tmp_path / "labels.h5")
    read = read_gathered([tmp_path / "labels.h5"])
    assert list(read) == ["a", "b"] and np.array_equal(read["a"].label, one.label) and not read["b"].label.any()
