"""The decoders: the published one against the reference, both against perfect clip labels of random timelines."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from signspot.decoders.votes import DECODERS, Segment, cells, decoder, published, spottings_table
from signspot.errors import InputError
from signspot.timebase import Timebase

CASES = range(10)
CLASSES = 5


def painted(segments: list[Segment], frames: int) -> list[int]:
    """Frame labels, background 0."""
    result = np.zeros(frames, dtype=int)
    for segment in segments:
        result[segment.first : segment.last + 1] = segment.class_id + 1
    return result.tolist()


def clip_labels(frame_labels: np.ndarray, stride: int) -> np.ndarray:
    """Most frequent label of the eight frames about every clip's centre, ties to the one met first."""
    padded = np.pad(frame_labels, (4, 8)).tolist()
    windows = [padded[start : start + 8] for start in range(0, len(frame_labels), stride)]
    return np.array([max(window, key=window.count) for window in windows])


def perfect_outputs(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits (n, K) that are sure of the labels, and the distances to the ends of their runs, at most 4 clips."""
    runs = np.cumsum(np.diff(labels, prepend=-1) != 0)
    indices = np.arange(len(labels))
    firsts, lasts = np.searchsorted(runs, runs), np.searchsorted(runs, runs, side="right") - 1
    offsets = np.stack([indices - firsts, lasts - indices], 1) * (labels > 0)[:, None]
    return np.eye(CLASSES + 1)[labels] * 20, offsets.clip(0, 4)


def random_timeline(rng: np.random.Generator, signs: int) -> tuple[np.ndarray, list[Segment]]:
    """Frame labels of signs of 9 to 30 frames with pauses of 12 to 30, so that no boundary hides another."""
    first, truth = 20, []
    for _ in range(signs):
        last = first + int(rng.integers(8, 30))
        truth.append(Segment(int(rng.integers(CLASSES)), first, last, 1.0))
        first = last + int(rng.integers(13, 31))
    return np.array(painted(truth, first + 20)), truth


@pytest.fixture(scope="module")
def cases(golden: Path) -> list[dict]:
    return json.loads((golden / "decode_cases.json").read_text())["cases"]


@pytest.fixture(scope="module")
def logits(golden: Path) -> dict[str, np.ndarray]:
    with np.load(golden / "decode_cases.npz") as arrays:
        return dict(arrays)


@pytest.mark.parametrize("case", CASES)
def test_published_is_the_reference(cases: list[dict], logits: dict[str, np.ndarray], case: int) -> None:
    case = cases[case]
    first, last = case["start_frame"], case["end_frame"]
    clips, offsets = logits[f"logits_{case['index']:02}"], np.array(case["offsets"])
    segments = published(clips, offsets, stride=4, first=first, last=last, num_classes=60)
    assert painted(segments, last + 1) == case["recog"]
    reference = zip(*case["segments"].values(), strict=True)
    assert [(s.class_id, s.first, s.last) for s in segments] == [row for row in reference if row[0] >= 0]
    table = spottings_table({"v": segments}, [str(i) for i in range(60)], {"v": Timebase(25)})
    assert table[["class_id", "start_ms", "end_ms"]].to_numpy().tolist() == case["submission"]
    unvoted = published(clips, np.zeros_like(offsets), stride=4, first=first, last=last, num_classes=60)
    assert painted(unvoted, last + 1) == case["recog_max_decode"], "a clip that votes for itself only keeps its class"


def test_all_reference_cases_are_tried(cases: list[dict]) -> None:
    assert len(cases) == len(CASES)


@pytest.mark.parametrize("stride", [2, 3, 4])
def test_cells_follow_perfect_clips_nearly_without_bias(stride: int) -> None:
    labels, truth = random_timeline(np.random.default_rng(stride), 400)
    outputs = perfect_outputs(clip_labels(labels, stride))
    errors = {}
    for name, decode in DECODERS.items():
        segments = decode(*outputs, stride=stride, first=0, last=len(labels) - 1, num_classes=CLASSES)
        assert [s.class_id for s in segments] == [s.class_id for s in truth]
        errors[name] = np.array([(s.first - t.first, s.last - t.last) for s, t in zip(segments, truth, strict=True)])
    late = 0.5 if stride % 2 == 0 else 0.0
    np.testing.assert_allclose(errors["cells"].mean(0), [late, late], atol=0.25)
    assert np.abs(errors["cells"]).max() <= (stride + 1) // 2
    dilation = np.diff(errors["published"].mean(0))
    np.testing.assert_allclose(dilation, 8 - stride, atol=0.3)


@pytest.mark.parametrize("name", DECODERS)
def test_frames_count_from_the_usable_range(name: str) -> None:
    labels, _ = random_timeline(np.random.default_rng(0), 5)
    outputs = perfect_outputs(clip_labels(labels, 4))
    here = DECODERS[name](*outputs, stride=4, first=0, last=len(labels) - 1, num_classes=CLASSES)
    there = DECODERS[name](*outputs, stride=4, first=100, last=len(labels) + 99, num_classes=CLASSES)
    assert there == [Segment(s.class_id, s.first + 100, s.last + 100, s.score) for s in here]


def test_score_is_the_mean_probability_of_the_visible_clips() -> None:
    probabilities = np.array([[0.2, 0.8, 0.0], [0.4, 0.6, 0.0], [0.1, 0.0, 0.9], [0.98, 0.01, 0.01]])
    segments = cells(np.log(probabilities + 1e-12), np.zeros((4, 2)), stride=4, first=0, last=15, num_classes=2)
    assert [(s.class_id, s.first, s.last) for s in segments] == [(0, 0, 5), (1, 6, 9)]
    assert [s.score for s in segments] == pytest.approx([0.7, 0.9])


def test_a_vote_overrules_a_clip_and_touching_runs_of_one_class_are_one_segment() -> None:
    logits = np.eye(3)[[1, 1, 2, 1, 1, 0, 0]] * 9
    offsets = np.array([[0, 4], [1, 3], [0, 0], [3, 1], [4, 0], [0, 0], [0, 0]], dtype=float)
    segments = cells(logits, offsets, stride=2, first=0, last=13, num_classes=2)
    assert [(s.class_id, s.first, s.last) for s in segments] == [(0, 0, 8)]
    assert segments[0].score == pytest.approx(4 / 5, abs=1e-3)


def test_classes_beyond_the_vocabulary_are_background() -> None:
    logits = np.eye(4)[[3, 3, 3]] * 9
    assert published(logits, np.zeros((3, 2)), stride=4, first=0, last=11, num_classes=2) == []


def test_a_video_without_clips_has_no_segments() -> None:
    assert cells(np.zeros((0, 4)), np.zeros((0, 2)), stride=4, first=0, last=-1, num_classes=3) == []


def test_unknown_decoder_names_the_known_ones() -> None:
    assert decoder("cells") is cells
    with pytest.raises(InputError, match="'cell' is unknown; expected one of published, cells"):
        decoder("cell")


def test_table_tells_times_in_milliseconds() -> None:
    """A sign of one frame ends where it starts in the reference, at 200 ms, so that nothing can match it; not here."""
    segments = {"a": [Segment(1, 5, 5, 0.5), Segment(0, 6, 20, 0.75)], "b": []}
    table = spottings_table(segments, ["HOLA", "NO"], dict.fromkeys(segments, Timebase(25)))
    assert table.to_dict("split", index=False)["data"] == [
        ["a", "NO", 1, 200, 240, 0.5],
        ["a", "HOLA", 0, 240, 800, 0.75],
    ]
    assert spottings_table({"b": []}, ["HOLA"], {"b": Timebase(25)}).columns.tolist() == table.columns.tolist()


@st.composite
def head_outputs(draw: st.DrawFn) -> dict:
    n = draw(st.integers(1, 30))
    stride = draw(st.integers(1, 8))
    first = draw(st.integers(0, 50))
    return {
        "logits": draw(hnp.arrays(np.float32, (n, CLASSES + 2), elements=st.floats(-30, 30, width=32))),
        "offsets": draw(hnp.arrays(np.float32, (n, 3), elements=st.floats(0, 9, width=32))),
        "stride": stride,
        "first": first,
        "last": first + stride * (n - 1) + draw(st.integers(0, stride - 1)),
        "num_classes": CLASSES,
    }


@given(head_outputs(), st.sampled_from(sorted(DECODERS)))
def test_segments_are_sound(outputs: dict, name: str) -> None:
    segments = DECODERS[name](**outputs)
    for segment in segments:
        assert outputs["first"] <= segment.first <= segment.last <= outputs["last"]
        assert 0 <= segment.class_id < CLASSES
        assert 0 <= segment.score <= 1
    for previous, following in pairwise(segments):
        assert previous.last < following.first
        assert previous.last + 1 < following.first or previous.class_id != following.class_id
