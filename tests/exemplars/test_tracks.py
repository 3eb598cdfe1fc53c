"""The descriptors of a pose file: parts give what the whole gives, at any rate."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seen_signers import LEXICON, hands_of, in_mirror, performed, seen, write_seen

from signspot.arrays import DamagedStore
from signspot.errors import InputError
from signspot.exemplars import tracks
from signspot.exemplars.tracks import HandTrack, spans
from signspot.signer.landmarks import Camera, SeenLandmarks, seen_landmarks

TIMELINE = [(LEXICON[number % 8], 0.8 * number + 0.5, 0.8 * number + 1.0) for number in range(16)]
RATES = (25.0, 50.0, 30.0, 29.97, 24.0)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[float, Path]:
    """A pose file of 13 seconds by its rate."""
    folder, performance = tmp_path_factory.mktemp("poses"), performed(TIMELINE, 13.0)
    found = {fps: seen_landmarks(performance, Camera(), fps, np.random.default_rng(0), noise=0.0) for fps in RATES}
    return {fps: write_seen(folder / f"{fps}.h5", landmarks, fps) for fps, landmarks in found.items()}


def test_a_video_of_25_frames_a_second_is_read_as_it_is(tmp_path: Path) -> None:
    landmarks = seen(TIMELINE[:2], 2.4)
    track = HandTrack(write_seen(tmp_path / "v.h5", landmarks))
    np.testing.assert_array_equal(track.read(), hands_of(landmarks))
    assert len(track) == 60


def test_frames_outside_the_usable_range_are_not_read(tmp_path: Path) -> None:
    landmarks = seen(TIMELINE[:2], 2.4)
    for part in (landmarks.pose, landmarks.left_hand, landmarks.right_hand):
        part[:7] = part[55:] = np.nan
    track = HandTrack(write_seen(tmp_path / "v.h5", landmarks, first=7, last=54))
    inside = SeenLandmarks(landmarks.pose[7:55], landmarks.left_hand[7:55], landmarks.right_hand[7:55])
    np.testing.assert_array_equal(track.read(), hands_of(inside))
    assert (track.video_frame(0), track.track_frame(7), track.track_frame(5)) == (7, 0, -2)


@settings(max_examples=60)
@given(st.sampled_from(RATES), st.integers(0, 324), st.integers(0, 324))
def test_a_part_is_that_part_of_the_whole(paths: dict[float, Path], fps: float, one: int, other: int) -> None:
    track = HandTrack(paths[fps])
    start, stop = min(one, other), max(one, other) + 1
    part, whole = track.read(start, stop), track.read()
    assert len(whole) == len(track) >= 325
    assert part.shape == (stop - start, 2, 46)
    np.testing.assert_allclose(part, whole[start:stop], atol=1e-3)


@pytest.mark.parametrize("fps", RATES)
def test_parts_with_an_overlap_make_up_the_track(
    paths: dict[float, Path], fps: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks, "PART", 97)
    track = HandTrack(paths[fps])
    parts = list(track.parts(13))
    assert len(parts) == 4
    assert [start + own.start for start, _, own in parts] == [0, 97, 194, 291]
    assert sum(len(hands[own]) for _, hands, own in parts) == len(track)
    joined = np.concatenate([hands[own] for _, hands, own in parts])
    np.testing.assert_allclose(joined, track.read(), atol=1e-3)


@given(st.sampled_from(RATES), st.integers(0, 324))
def test_frames_of_track_and_video_belong_together(paths: dict[float, Path], fps: float, frame: int) -> None:
    track = HandTrack(paths[fps])
    assert abs(track.track_frame(track.video_frame(frame)) - frame) <= (fps < 25)
    assert track.video_frame(frame) / fps == pytest.approx(frame / 25, abs=0.5 / fps + 1e-9)


def test_spans_cover_a_stretch() -> None:
    assert spans(5, 6005) == [(5, 3005), (3005, 6005)]
    assert spans(0, 10) == [(0, 10)]
    assert spans(4, 4) == []


def test_a_file_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"v\.h5: there is no such file"):
        HandTrack(tmp_path / "v.h5")
    path = write_seen(tmp_path / "v.h5", seen(TIMELINE[:1], 2.0))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DamagedStore, match=r"v\.h5"):
        HandTrack(path)


def test_a_left_handed_signer_in_a_mirror_is_a_right_handed_one(tmp_path: Path) -> None:
    landmarks = seen([(LEXICON[0], 0.6, 1.4)], 2.0)
    right = HandTrack(write_seen(tmp_path / "right.h5", landmarks))
    left = HandTrack(write_seen(tmp_path / "left.h5", in_mirror(landmarks)), in_mirror=True)
    np.testing.assert_allclose(left.read(10, 40), right.read(10, 40), atol=1e-5)
