"""Crops, mirrors, masks and jitter of the frames of a clip."""

import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.clips import transforms


def with_class_ids(height: int, width: int, frames: int = 1) -> np.ndarray:
    """Frames in which each pixel holds its row and its column (channels 0 and 1)."""
    rows, columns = np.indices((height, width))
    return np.broadcast_to(np.stack([rows, columns], -1), (frames, height, width, 2)).astype(np.int16)


@pytest.fixture(scope="module")
def facts(golden: Path) -> dict:
    return json.loads((golden / "augmentation_facts.json").read_text(encoding="utf-8"))


def test_centre_crop_as_published(facts: dict) -> None:
    cases = facts["center_crop"]["cases"]
    assert cases
    for case in cases:
        height, width = case["in_hw"]
        cropped = transforms.centre_crop(with_class_ids(height, width), case["size"])[0]
        assert list(cropped.shape[:2]) == case["out_hw"]
        published = case["first_pixel_row_col"]
        if height == width:
            assert cropped[0, 0].tolist() == published
        else:  # it takes the height twice
            assert (published, cropped[0, 0].tolist()) == ([16, 16], [16, 38])


def test_hand_boxes_as_meant(facts: dict) -> None:
    """Every frame is masked here. The published code leaves the last one as it is."""
    frames = facts["mask_video"]["frames"]
    centres = np.array([[frame["left_hand_mean_xy"], frame["right_hand_mean_xy"]] for frame in frames])
    masks = transforms.keep_boxes(np.ones((len(frames), 256, 256, 1), np.uint8), centres, 64)[..., 0]
    for mask, frame in zip(masks, frames, strict=True):
        assert mask.sum() == frame["intended_kept_pixels"]
        assert zlib.crc32(mask.tobytes()) == frame["intended_mask_crc32"]
    *masked, last = ((mask, frame) for mask, frame in zip(masks, frames, strict=True))
    assert all(zlib.crc32(mask.tobytes()) == frame["mask_crc32"] for mask, frame in masked)
    assert last[1]["mask_crc32"] == zlib.crc32(np.ones_like(last[0]).tobytes())
    assert (last[1]["kept_pixels"], last[0].sum()) == (256 * 256, 732)


def test_a_box_beyond_the_edge_is_empty() -> None:
    """The published code counts its negative end from the other edge, and keeps nearly everything."""
    frames = np.ones((1, 256, 256, 1), np.uint8)
    published = np.ones((256, 256))[max(-40 - 32, 0) : -40 + 32, max(100 - 32, 0) : 100 + 32]
    assert published.size == 248 * 64
    assert not transforms.keep_boxes(frames, np.array([[[100.0, -40.0]]]), 64).any()


@given(centre=st.tuples(st.floats(-200, 200), st.floats(-200, 200)), side=st.sampled_from([2, 16, 64]))
def test_a_box_keeps_what_it_covers(centre: tuple[float, float], side: int) -> None:
    frames = np.random.default_rng(0).integers(1, 256, (1, 48, 64, 3), np.uint8)
    kept = transforms.keep_boxes(frames, np.array([[centre]]), side)[0]
    rows, columns = np.indices((48, 64))
    x, y = int(centre[0]), int(centre[1])
    inside = (abs(columns - x + 0.5) < side / 2) & (abs(rows - y + 0.5) < side / 2)
    np.testing.assert_array_equal(kept, np.where(inside[..., None], frames[0], 0))


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    size=st.integers(1, 40),
    seed=st.integers(0, 2**32),
    n=st.integers(1, 3),
)
def test_random_crop_is_one_window_for_all_frames(height: int, width: int, size: int, seed: int, n: int) -> None:
    cropped = transforms.random_crop(with_class_ids(height, width, n), size, np.random.default_rng(seed))
    assert cropped.shape == (n, min(size, height), min(size, width), 2)
    top, left = cropped[0, 0, 0]
    expected = with_class_ids(height, width)[0, top : top + size, left : left + size]
    assert (cropped == expected).all()


def test_random_crop_reaches_every_position() -> None:
    rng = np.random.default_rng(0)
    corners = {tuple(transforms.random_crop(with_class_ids(5, 4), 3, rng)[0, 0, 0].tolist()) for _ in range(200)}
    assert corners == {(top, left) for top in range(3) for left in range(2)}


def test_mirror_exchanges_left_and_right() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 4, 5, 3), np.uint8)
    mirrored = transforms.mirror(frames)
    assert (mirrored[:, :, 0] == frames[:, :, 4]).all()
    assert (transforms.mirror(mirrored) == frames).all()


def test_mirrored_flow_moves_the_other_way() -> None:
    """The published code mirrors the picture of u and keeps its sign."""
    levels = np.random.default_rng(0).integers(1, 256, (2, 4, 5, 2), np.uint8)
    before = levels.copy()
    mirrored = transforms.mirror_flow(levels)
    assert (mirrored[..., 0] == 256 - levels[:, :, ::-1, 0].astype(int)).all()
    assert (mirrored[..., 1] == levels[:, :, ::-1, 1]).all()
    assert (transforms.mirror_flow(mirrored) == levels).all()
    assert (levels == before).all()


def test_frames_turn_counter_clockwise_about_their_middle() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 5, 5, 3), np.uint8)
    before = frames.copy()
    assert (transforms.rotate(frames, 90) == np.rot90(frames, axes=(1, 2))).all()
    assert (transforms.rotate(frames, 0) == frames).all()
    assert (frames == before).all()
    assert transforms.rotate(frames[:0], 3).shape == (0, 5, 5, 3)


def test_black_comes_in_where_a_frame_is_turned() -> None:
    turned = transforms.rotate(np.full((1, 64, 64, 3), 200, np.uint8), 5)
    assert not turned[0, [0, 0, -1, -1], [0, -1, 0, -1]].any()
    assert (turned[0, 8:-8, 8:-8] == 200).all()


@given(st.floats(-180, 180))
def test_turned_flow_moves_where_the_turned_picture_does(degrees: float) -> None:
    """A uniform motion (u, v), v down, is turned as its arrow is; where nothing is known, nothing moves."""
    motion = np.array([40, -30])
    levels = np.broadcast_to((motion + 128).astype(np.uint8), (2, 65, 65, 2))
    angle = np.radians(degrees)
    expected = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) @ motion
    turned = transforms.rotate_flow(levels, degrees).astype(int) - 128
    np.testing.assert_allclose(turned[:, 32, 32], np.stack([expected] * 2), atol=0.51)


def test_turned_flow_keeps_to_its_levels() -> None:
    levels = np.broadcast_to(np.uint8([1, 1]), (1, 9, 9, 2))
    turned = transforms.rotate_flow(levels, 45)
    assert turned[0, 4, 4].tolist() == [1, 128]
    assert turned[0, 0, 0].tolist() == [128, 128]
    assert transforms.rotate_flow(levels[:0], 45).shape == (0, 9, 9, 2)


def test_grey_frames_have_no_colour_and_keep_their_light() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 4, 5, 3), np.uint8)
    grey = transforms.grey(frames[:, :, ::-1])
    assert (grey == grey[..., :1]).all()
    luma = frames[:, :, ::-1] @ np.array([0.299, 0.587, 0.114])
    assert np.abs(grey[..., 0] - luma).max() <= 1


@given(strength=st.floats(0.01, 1), seed=st.integers(0, 2**32))
def test_colour_jitter_changes_colours_alike_and_keeps_black(strength: float, seed: int) -> None:
    ramp = np.arange(256, dtype=np.uint8)[None, None, :, None].repeat(3, -1)
    clip = np.concatenate([ramp, ramp])
    jittered = transforms.colour_jitter(clip, strength, np.random.default_rng(seed))
    assert jittered.shape == clip.shape
    assert (jittered[0] == jittered[1]).all()
    assert (jittered[:, :, 0] == 0).all()
    assert (np.diff(jittered[0, 0].astype(int), axis=0) >= 0).all()


def test_colour_jitter_does_change_colours() -> None:
    frames = np.full((1, 2, 2, 3), 128, np.uint8)
    jittered = transforms.colour_jitter(frames, 0.3, np.random.default_rng(0))
    assert len(set(jittered[0, 0, 0].tolist()) - {128}) > 1


def test_resize_averages_areas_of_the_clip_only_if_needed() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), np.uint8)
    blocks = frames.reshape(2, 4, 2, 4, 2, 3).mean((2, 4))
    assert np.abs(transforms.resize(frames, 4) - blocks).max() <= 0.5
    assert transforms.resize(frames, 8) is frames
    assert transforms.resize(frames[:0], 4).shape == (0, 4, 4, 3)
