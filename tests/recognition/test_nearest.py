"""Signs named by the most similar training clip."""

from pathlib import Path

import numpy as np
import pytest
from clip_stores import labels_of, video_files, write_labels, write_pose
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.clips.modalities import build_modality
from signspot.errors import InputError
from signspot.recognition import accuracy
from signspot.recognition.nearest import distances, recognise_by_nearest
from signspot.stores import VideoFiles

SKELETON = build_modality(name="skeleton")
SIGNS = ["A", "B", "C"]


def reference(one: np.ndarray, other: np.ndarray) -> float:
    """The recursion of the textbook, one cell at a time."""
    total = np.full((len(one) + 1, len(other) + 1), np.inf)
    total[0, 0] = 0
    for i, row in enumerate(one):
        for j, column in enumerate(other):
            total[i + 1, j + 1] = np.linalg.norm(row - column) + min(total[i, j], total[i, j + 1], total[i + 1, j])
    return total[-1, -1] / (len(one) + len(other))


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_the_distance_is_that_of_the_textbook_in_both_directions(n: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = (rng.normal(size=(frames, 3)).astype(np.float32) for frames in (n, m))
    assert distances([one], other)[0] == pytest.approx(reference(one, other), rel=1e-5)
    assert distances([other], one)[0] == pytest.approx(reference(one, other), rel=1e-5)


def test_a_slower_clip_is_the_same_sign() -> None:
    clip = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    slow, backwards = np.repeat(clip, 3, axis=0), clip[::-1].copy()
    assert distances([clip], slow)[0] == pytest.approx(0, abs=1e-6)
    assert distances([backwards], slow)[0] > 0.1


def write(folder: Path, name: str, seed: int) -> VideoFiles:
    """A video of three signs, each of which moves joints of its own; every video at another tempo."""
    rng = np.random.default_rng(seed)
    files, clip = video_files(folder, name), np.array([0, 0, 1, 1, 0, 0, 2, 2, 2, 0, 0, 3, 3, 0, 0])
    frames = 4 * len(clip)
    skeleton = rng.normal(0, 0.05, (frames, 57, 3))
    skeleton[..., 2] = rng.normal(0, 100, (frames, 57))
    write_labels(files, clip, 0, frames - 1)
    label = labels_of(files)[name].label
    for frame, sign in enumerate(label):
        if sign:
            skeleton[frame, 10 * sign : 10 * sign + 5, :2] += np.sin(frame / 3)
    write_pose(files, skeleton, skeleton, 0, frames - 1)
    return files


def test_signs_that_are_alike_are_named_alike_whatever_their_depth(tmp_path: Path) -> None:
    train, test = [write(tmp_path, "a", 1), write(tmp_path, "b", 2)], [write(tmp_path, "c", 3)]
    found = recognise_by_nearest(SKELETON, train, test, labels_of(*train, *test), SIGNS)
    assert found.clips["sign"].tolist() == SIGNS
    assert accuracy(found, trained=SIGNS, signers={})["per_instance"]["top1"] == 1


def test_a_sign_without_example_is_never_named(tmp_path: Path) -> None:
    train, test = [write(tmp_path, "a", 1)], [write(tmp_path, "c", 3)]
    labels = labels_of(*train, *test)
    labels["a"].label[labels["a"].label == 2] = 0
    found = recognise_by_nearest(SKELETON, train, test, labels, SIGNS)
    assert np.isfinite(found.logits).all() and 1 not in found.logits.argmax(1)


def test_no_example_at_all_is_told(tmp_path: Path) -> None:
    train, test = [write(tmp_path, "a", 1)], [write(tmp_path, "c", 3)]
    labels = labels_of(*train, *test)
    labels["a"].label[:] = 0
    with pytest.raises(InputError, match=r"recognition\.nearest: no training video shows a sign"):
        recognise_by_nearest(SKELETON, train, test, labels, SIGNS)
