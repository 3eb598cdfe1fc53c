"""What each modality reads, how it varies in training, and its tensors."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from clip_datasets import read
from clip_stores import video_files, write_flow_levels, write_frames, write_pose, write_video

from signspot.clips import transforms
from signspot.clips.modalities import MODALITIES, build_modality
from signspot.clips.modalities.flow import flow
from signspot.clips.modalities.hands import hands
from signspot.clips.modalities.rgb import rgb
from signspot.clips.modalities.skeleton import Skeleton, skeleton
from signspot.clips.modality import Modality
from signspot.clips.samplers import SAMPLERS
from signspot.errors import InputError
from signspot.flow.store import quantise
from signspot.pose.skeleton import flip
from signspot.stores import VideoFiles

MODALITY_SHAPES = [
    (rgb(input_size=112), (3, 8, 112, 112)),
    (hands(input_size=96), (3, 8, 96, 96)),
    (flow(input_size=56), (2, 8, 56, 56)),
    (flow(input_size=48, stack=5), (10, 8, 48, 48)),
    (skeleton(), (3, 8, 57, 1)),
    (skeleton(relative=True), (6, 8, 57, 1)),
    (skeleton(stream="bone_motion"), (3, 8, 57, 1)),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> VideoFiles:
    return write_video(tmp_path_factory.mktemp("video"), frames=12, first=0, last=11)


@pytest.mark.parametrize(("modality", "shape"), MODALITY_SHAPES)
def test_tensors_are_small_and_channels_first(modality: Modality, shape: tuple[int, ...], files: VideoFiles) -> None:
    raw = read(modality, files, 2, 10)
    before = raw.copy()
    for view in (modality.centre(raw), modality.augment(raw, np.random.default_rng(0))):
        tensor = modality.tensor(view)
        assert tensor.shape == shape
        assert tensor.dtype == (np.float32 if isinstance(modality, Skeleton) else np.uint8)
        normalised = modality.normalised(torch.from_numpy(tensor))
        assert normalised.dtype == torch.float32 and normalised.shape == shape
        assert modality.channels == shape[0]
    assert (raw == before).all(), "augmentation must not touch what was read"


@pytest.mark.parametrize("modality", [modality for modality, _ in MODALITY_SHAPES])
def test_tensor_of_a_frame_does_not_depend_on_its_neighbours(modality: Modality, files: VideoFiles) -> None:
    together = modality.tensor(modality.centre(read(modality, files, 2, 8)))
    alone = modality.tensor(modality.centre(read(modality, files, 5, 6)))
    np.testing.assert_array_equal(together[:, 3:4], alone)


def test_published_crop_of_the_frame(files: VideoFiles) -> None:
    raw = read(rgb(), files, 0, 2)
    tensor = rgb().normalised(torch.from_numpy(rgb().tensor(rgb().centre(raw))))
    np.testing.assert_allclose(tensor, raw[:, 16:240, 16:240].transpose(3, 0, 1, 2) / 127.5 - 1, atol=1e-6)


def test_levels_become_minus_one_to_one() -> None:
    levels = torch.arange(256, dtype=torch.uint8)
    normalised = rgb().normalised(levels)
    assert normalised.dtype == torch.float32
    np.testing.assert_allclose(normalised, np.arange(256) / 127.5 - 1, atol=1e-7)
    assert levels.tolist() == list(range(256))


def test_augmented_frames_are_a_crop_and_perhaps_mirrored() -> None:
    rows, columns = np.indices((256, 256), np.uint8)
    raw = np.stack([rows, columns, rows], axis=-1)[None].repeat(2, 0)
    mirrored = []
    for seed in range(12):
        clip = rgb().augment(raw, np.random.default_rng(seed))
        mirrored.append(bool(clip[0, 0, 0, 1] > clip[0, 0, 1, 1]))
        plain = clip[:, :, ::-1] if mirrored[-1] else clip
        top, left = plain[0, 0, 0, :2].astype(int)
        np.testing.assert_array_equal(plain, raw[:, top : top + 224, left : left + 224])
    assert 0 < sum(mirrored) < 12


AUGMENTED = {
    "rotate": {"rotate_deg": 30.0, "rotate_share": 0.4},
    "jitter": {"colour_jitter": 0.5, "jitter_share": 0.3},
    "grey": {"grey_share": 0.2},
}


@pytest.mark.parametrize("what", AUGMENTED)
def test_a_share_of_the_clips_is_augmented_all_frames_alike(what: str) -> None:
    options = AUGMENTED[what]
    (share,) = (value for option, value in options.items() if option.endswith("_share"))
    picture = np.random.default_rng(0).integers(1, 256, (9, 9, 3), np.uint8)
    raw = np.stack([picture] * 2)
    plain = {view.tobytes() for view in (raw, raw[:, :, ::-1])}
    modality = rgb(crop_fraction=1.0, **options)
    views = [modality.augment(raw, np.random.default_rng(seed)) for seed in range(1000)]
    assert all((view[0] == view[1]).all() for view in views)
    changed = [np.ascontiguousarray(view).tobytes() not in plain for view in views]
    assert np.mean(changed) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("build", [rgb, hands, flow])
def test_what_is_never_done_draws_no_number(build: Callable[..., Modality], files: VideoFiles) -> None:
    raw = read(build(), files, 0, 3)
    left = []
    for modality in (build(), build(rotate_share=0.3), build(rotate_deg=9.0, rotate_share=0.0)):
        rng = np.random.default_rng(5)
        left.append((modality.augment(raw, rng).tobytes(), rng.random()))
    assert left[0] == left[1] == left[2]


def test_flow_turns_with_its_motions() -> None:
    raw = np.random.default_rng(0).integers(1, 256, (2, 9, 9, 2), np.uint8)
    modality = flow(crop_fraction=1.0, rotate_deg=20.0)
    rng, again = (np.random.default_rng(3) for _ in range(2))
    turned = transforms.rotate_flow(raw, again.uniform(-20, 20))
    augmented = modality.augment(raw, rng)
    assert any((augmented == view).all() for view in (turned, transforms.mirror_flow(turned)))


def test_hands_are_masked_in_every_frame(tmp_path: Path) -> None:
    files = video_files(tmp_path)
    rng = np.random.default_rng(0)
    joints = np.zeros((5, 57, 3))
    joints[:, 15:36, :2] = rng.uniform(50, 60, (5, 21, 2))
    joints[:, 36:57, :2] = rng.uniform(180, 190, (5, 21, 2))
    write_frames(files, 5, rng)
    write_pose(files, joints, joints, 0, 4)
    frames, masked = read(rgb(), files, 0, 5), read(hands(), files, 0, 5)
    for t in range(5):
        expected = np.zeros_like(frames[t])
        for hand in (slice(15, 36), slice(36, 57)):
            x, y = joints[t, hand, :2].mean(0).astype(int)
            expected[y - 32 : y + 32, x - 32 : x + 32] = frames[t, y - 32 : y + 32, x - 32 : x + 32]
        assert (masked[t] == expected).all()
    jittered = hands(colour_jitter=0.5, crop_fraction=1.0).augment(masked, np.random.default_rng(1))
    same_side = [(jittered == 0) | (mask != 0) for mask in (masked, masked[:, :, ::-1])]
    assert same_side[0].all() or same_side[1].all(), "what is masked stays black"
    assert hands().tensor(hands().centre(masked)).min() == 0


def test_flow_has_no_row_for_the_last_frame(files: VideoFiles) -> None:
    assert read(flow(), files, 3, 11).shape == (8, 64, 64, 2)
    assert read(flow(), files, 4, 12).shape == (7, 64, 64, 2)
    assert read(flow(), files, 11, 12).shape == (0, 64, 64, 2)
    assert flow(input_size=32).tensor(flow().centre(read(flow(), files, 11, 12))).shape == (2, 0, 32, 32)


def test_flow_flips_with_its_sign(tmp_path: Path) -> None:
    files = video_files(tmp_path)
    levels = np.random.default_rng(0).integers(1, 256, (3, 2, 64, 64), np.uint8)
    write_flow_levels(files, levels)
    whole = flow(input_size=64, crop_fraction=1.0)
    raw = read(whole, files, 0, 3)
    assert (raw == levels.transpose(0, 2, 3, 1)).all()
    variants = [whole.augment(raw, np.random.default_rng(seed)) for seed in range(12)]
    flipped = [variant for variant in variants if (variant != raw).any()]
    assert 0 < len(flipped) < 12
    for variant in flipped:
        assert (variant[..., 0] == 256 - raw[:, :, ::-1, 0].astype(int)).all()
        assert (variant[..., 1] == raw[:, :, ::-1, 1]).all()
        inputs = [whole.normalised(torch.from_numpy(whole.tensor(frames)))[0] for frames in (variant, raw)]
        assert torch.equal(inputs[0], -inputs[1].flip(-1))


def written_flow(folder: Path, flows: int) -> tuple[VideoFiles, np.ndarray]:
    files = video_files(folder)
    levels = np.random.default_rng(0).integers(1, 256, (flows, 2, 64, 64), np.uint8)
    write_flow_levels(files, levels)
    return files, levels.transpose(0, 2, 3, 1)


def test_a_stack_holds_the_flow_frames_of_the_reference(golden: Path, tmp_path: Path) -> None:
    for case in json.loads((golden / "stepnet_flow_cases.json").read_text(encoding="utf-8"))["cases"]:
        position, flows = case["position"], case["flow_frames"]
        files, levels = written_flow(tmp_path / str(flows), flows)
        (stack,) = read(flow(stack=5), files, position, position + 1)
        assert (stack == np.concatenate(levels[case["flow_frames_used"]], -1)).all()


@pytest.mark.parametrize("stack", [2, 5])
def test_a_part_of_the_stacks_is_that_part_of_all(stack: int, tmp_path: Path) -> None:
    files, levels = written_flow(tmp_path, 6)
    modality = flow(stack=stack)
    whole = read(modality, files, 0, 7)
    assert whole.shape == (7, 64, 64, 2 * stack)
    assert (whole[..., :2] == levels[[0, 1, 2, 3, 4, 5, 5]]).all(), "the last frame has no flow of its own"
    for start, stop in ((0, 1), (2, 5), (6, 7), (3, 3), (7, 7)):
        np.testing.assert_array_equal(read(modality, files, start, stop), whole[start:stop])


def test_a_video_of_one_frame_has_no_flow(tmp_path: Path) -> None:
    files, _ = written_flow(tmp_path, 0)
    for stack in (1, 5):
        modality = flow(stack=stack, input_size=32)
        raw = read(modality, files, 0, 1)
        assert modality.tensor(modality.centre(raw)).shape == (2 * stack, 0, 32, 32)
        assert modality.augment(raw, np.random.default_rng(0)).shape[0] == 0


@pytest.mark.parametrize("options", [{}, {"rotate_deg": 20.0}, {"input_size": 48}])
def test_every_flow_of_a_stack_is_changed_as_if_alone(tmp_path: Path, options: dict) -> None:
    files, _ = written_flow(tmp_path, 9)
    stacked, alone = (flow(**({"input_size": 64, "crop_fraction": 1.0} | options), stack=stack) for stack in (5, 1))
    stacks, flows = read(stacked, files, 0, 5), read(alone, files, 0, 9)
    for seed in range(4):
        changed, each = (
            one.tensor(one.augment(raw, np.random.default_rng(seed)))
            for one, raw in ((stacked, stacks), (alone, flows))
        )
        for place in range(5):
            assert (changed[2 * place : 2 * place + 2] == each[:, place : place + 5]).all()


def test_flow_becomes_the_part_of_twenty_pixels() -> None:
    motion = np.float32([-20, -10, -0.01, 0, 0.01, 10, 20, 30])
    normalised = flow().normalised(torch.from_numpy(quantise(motion)))
    np.testing.assert_allclose(normalised, np.clip(motion / 20, -1, 1), atol=0.5 / 127 + 1e-6)
    assert normalised[2:5].tolist() == [0, 0, 0]


def test_published_skeleton_is_only_flipped_in_training() -> None:
    raw = np.random.default_rng(0).normal(0, 1, (8, 57, 3)).astype(np.float32)
    variants = [skeleton().augment(raw, np.random.default_rng(seed)) for seed in range(12)]
    flipped = [bool((variant == flip(raw)).all()) for variant in variants]
    assert all(same or (variant == raw).all() for same, variant in zip(flipped, variants, strict=True))
    assert 0 < sum(flipped) < 12


def test_skeleton_jitter_moves_the_clip_as_one() -> None:
    raw = np.random.default_rng(0).normal(0, 1, (8, 57, 3)).astype(np.float32)
    modality = skeleton(rotate_deg=20, scale=0.2, shift=0.3)
    for seed in range(6):
        variant = modality.augment(raw, np.random.default_rng(seed))
        source = min((raw, flip(raw)), key=lambda s: np.ptp((variant / s)[..., 2]))
        factor = (variant / source)[..., 2]
        assert np.ptp(factor) < 1e-4
        assert 0.8 <= factor.mean() <= 1.2
        distances = [np.linalg.norm(s[:, 1:, :2] - s[:, :-1, :2], axis=-1) for s in (variant, source)]
        np.testing.assert_allclose(distances[0], distances[1] * factor.mean(), rtol=1e-3)
        assert not np.allclose(variant, source)


def test_skeleton_noise_differs_from_frame_to_frame() -> None:
    raw = np.zeros((8, 57, 3), np.float32)
    noise = skeleton(noise=0.05).augment(raw, np.random.default_rng(0))
    assert noise.std() == pytest.approx(0.05, rel=0.1)
    assert len(np.unique(noise)) == noise.size


@pytest.mark.parametrize("joints", [57, 53])
def test_so_many_joints_are_dropped_from_whole_clips(joints: int) -> None:
    raw = np.ones((4, joints, 3), np.float32)
    modality = skeleton(joints=joints, drop=0.1, noise=0.01)
    clips = np.array([modality.augment(raw, np.random.default_rng(seed)) for seed in range(300)])
    gone = (clips == 0).all(-1)
    assert (gone == gone[:, :1]).all(), "a joint is gone in every frame or in none"
    assert gone.mean() == pytest.approx(0.1, abs=0.01)
    assert (gone[:, 0].mean(0) > 0).all(), "every joint may go"


def test_no_number_is_drawn_where_no_joint_is_dropped() -> None:
    raw = np.random.default_rng(0).normal(0, 1, (8, 57, 3)).astype(np.float32)
    rng, other = np.random.default_rng(5), np.random.default_rng(5)
    plain = skeleton().augment(raw, rng)
    dropped = skeleton(drop=0.5).augment(raw, other)
    np.testing.assert_array_equal(plain[dropped != 0], dropped[dropped != 0])
    assert (rng.bit_generator.state != other.bit_generator.state) and not (plain == 0).any()
    other = np.random.default_rng(5)
    other.random(), other.uniform(0, 0), other.uniform(0, 0), other.uniform(0, 0, 2), other.normal(0, 0, raw.shape)
    assert rng.random() == other.random()


def test_relative_channels_follow_the_flip() -> None:
    raw = np.random.default_rng(0).normal(0, 1, (8, 57, 3)).astype(np.float32)
    modality = skeleton(relative=True)
    plain, flipped = modality.tensor(raw), modality.tensor(flip(raw))
    np.testing.assert_array_equal(plain[:3, ..., 0], raw.transpose(2, 0, 1))
    relative = plain[3:, ..., 0].transpose(1, 2, 0)
    np.testing.assert_allclose(flipped[3:, ..., 0].transpose(1, 2, 0), flip(relative), atol=1e-6)


def test_build_knows_the_options_of_each_modality() -> None:
    assert MODALITIES.names() == ["flow", "hands", "rgb", "skeleton"]
    assert build_modality("rgb", input_size=64) == rgb(input_size=64)
    assert build_modality("skeleton", relative=True).channels == 6


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("depth", {}, ["'depth'", "flow, hands, rgb, skeleton"]),
        ("flow", {"colour_jitter": 0.1}, ["flow", "colour_jitter", "input_size"]),
        ("rgb", {"input_size": 0}, ["rgb", "input_size"]),
        ("rgb", {"crop_fraction": 1.5}, ["crop_fraction"]),
        ("hands", {"colour_jitter": -1}, ["colour_jitter"]),
        ("hands", {"jitter_share": 1.5}, ["jitter_share"]),
        ("rgb", {"grey_share": -0.1}, ["grey_share"]),
        ("flow", {"grey_share": 0.1}, ["flow", "grey_share", "rotate_share"]),
        ("flow", {"rotate_deg": -5.0}, ["rotate_deg"]),
        ("flow", {"stack": 0}, ["flow.stack: is 0, expected 1 to 100"]),
        ("rgb", {"stack": 5}, ["rgb", "stack"]),
        ("rgb", {"rotate_share": 2}, ["rotate_share"]),
        ("skeleton", {"scale": 1.0}, ["scale"]),
        ("skeleton", {"drop": 1.5}, ["skeleton.drop: is 1.5, expected 0 to 1"]),
        ("skeleton", {"drop": 0.1, "relative": True}, ["drop: is 0.1, expected 0 with relative"]),
        ("skeleton", {"stream": "limbs"}, ["stream", "'limbs'", "joints, bones, joint_motion, bone_motion"]),
        ("skeleton", {"joints": 55}, ["joints", "55", "57, 53"]),
        ("skeleton", {"stream": "bones", "relative": True}, ["relative"]),
        ("skeleton", {"joints": 53, "relative": True}, ["relative"]),
        ("skeleton", {"stream": "joint_motion", "shift": 0.1}, ["shift", "joint_motion"]),
        ("skeleton", {"stream": "published_bones"}, ["published_bones", "53 joints"]),
    ],
)
def test_wrong_options_name_themselves(name: str, options: dict, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        build_modality(name, **options)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize("name", MODALITIES.names())
def test_facts_are_those_of_the_modality(name: str, files: VideoFiles) -> None:
    modality = build_modality(name)
    raw = read(modality, files, 0, 4)
    images = MODALITIES.fact(name, "GIVES") == "images"
    enlarged = (256 / raw.shape[1]) ** 2 if images else 1
    assert images == (modality.tensor(raw).shape[-1] > 1)
    assert MODALITIES.fact(name, "FRAME_BYTES") == raw.nbytes / len(raw) * enlarged
    assert MODALITIES.fact(name, "STORES") == modality.stores


def test_modalities_and_samplers_are_imported_without_torch() -> None:
    names = [f"signspot.clips.modalities.{name}" for name in MODALITIES.names()]
    names += [f"signspot.clips.samplers.{name}" for name in SAMPLERS.names()]
    code = f"import sys, {', '.join(names)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    ("modality", "raw", "mirror"),
    [
        (rgb(crop_fraction=1.0), np.arange(1, 97, dtype=np.uint8).reshape(2, 4, 4, 3), transforms.mirror),
        (flow(crop_fraction=1.0), np.arange(1, 65, dtype=np.uint8).reshape(2, 4, 4, 2), transforms.mirror_flow),
        (skeleton(), np.arange(1, 343, dtype=np.float32).reshape(2, 57, 3), flip),
    ],
    ids=["rgb", "flow", "skeleton"],
)
def test_training_sees_left_and_right_handed_signers_alike(
    modality: Modality, raw: np.ndarray, mirror: Callable[[np.ndarray], np.ndarray]
) -> None:
    """Every clip is mirrored half of the time: a network learns the same of a signer and of that signer in a mirror."""

    def views(clip: np.ndarray) -> Counter:
        drawn = (modality.augment(clip, np.random.default_rng(seed)) for seed in range(400))
        return Counter(np.ascontiguousarray(view).tobytes() for view in drawn)

    right, left = views(raw), views(mirror(raw))
    assert len(right) == 2 and set(right) == set(left)
    assert all(150 < count < 250 for count in (*right.values(), *left.values()))
