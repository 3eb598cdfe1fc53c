"""The trainings of an expert, its files, and its accuracy."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from clip_stores import labels_of, write_labels, write_skeleton_video, write_video
from safetensors.torch import load_file, save_file

from signspot.backbones import build
from signspot.clips.modalities import build_modality
from signspot.clips.window import Window
from signspot.errors import InputError
from signspot.experts import training as experts
from signspot.experts.accuracy import accuracy
from signspot.experts.losses import step_losses
from signspot.experts.store import Expert, load_expert
from signspot.experts.training import ExpertConfig, train_expert
from signspot.files import sha256
from signspot.stores import VideoFiles
from signspot.training.batches import derived_seed
from signspot.training.mixup import Mixture
from signspot.training.recipe import Recipe
from signspot.training.run import Training
from signspot.training.store import CONFIG, HISTORY, WEIGHTS

RECIPE = Recipe("adam", rate=1e-3, weight_decay=1e-5, epochs=1, steps=(), batch_size=8)
EXPERT = ExpertConfig(
    "joints", {"name": "skeleton", "noise": 0.01}, {"name": "stgcn", "width": 0.0625}, Window(), "signs", RECIPE
)
ON_ALL = replace(EXPERT, clips="all")
SIGNS = ["A", "B"]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def videos(tmp_path: Path) -> list[VideoFiles]:
    """15 clips each, of the labels 0, 1, 2, 0, 1, 2, …"""
    return [write_skeleton_video(tmp_path, 60, 0, 59, video=f"v{i}") for i in range(2)]


def train(
    folder: Path, videos: list[VideoFiles], number: int = 1, expert: ExpertConfig = EXPERT, **options: Any
) -> Path:
    options = {"vocabulary": SIGNS, "seed": 0, "labels": labels_of(*videos)} | options
    train_expert(expert, number, videos[:1], videos[1:], folder, **options)
    return folder


def changed(folder: Path, **values: Any) -> Path:
    """The same expert with other values in its config."""
    path = folder / CONFIG
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    return folder


def constant(folder: Path, logits: list[float]) -> Path:
    """The same expert, which gives every clip the same logits."""
    weights = load_file(folder / WEIGHTS)
    weights |= {"fc.weight": torch.zeros_like(weights["fc.weight"]), "fc.bias": torch.tensor(logits)}
    save_file(weights, folder / WEIGHTS)
    return changed(folder, weights_sha256=sha256(folder / WEIGHTS))


def labels_trained_on(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    labels: list[int] = []

    def spy(training: Training) -> None:
        labels.extend(label for *_, label in (training.train[i] for i in range(len(training.train))))
        original(training)

    original = experts.train
    monkeypatch.setattr(experts, "train", spy)
    return labels


@pytest.mark.parametrize(
    ("clips", "seen"), [("signs", {1: 5, 2: 5}), ("all", {0: 5, 1: 5, 2: 5}), ("instances", {1: 5, 2: 5})]
)
def test_the_sampler_chooses_the_clips(
    tmp_path: Path, videos: list[VideoFiles], monkeypatch: pytest.MonkeyPatch, clips: str, seen: Mapping[int, int]
) -> None:
    labels = labels_trained_on(monkeypatch)
    train(tmp_path / "training1", videos, expert=replace(EXPERT, clips=clips))
    assert dict(zip(*np.unique(labels, return_counts=True), strict=True)) == seen


def test_the_files_of_a_training(tmp_path: Path, videos: list[VideoFiles]) -> None:
    folder = train(tmp_path / "training1", videos, seed=7)
    assert sorted(path.name for path in folder.iterdir()) == [CONFIG, HISTORY, WEIGHTS]
    assert len({path.stat().st_mode for path in folder.iterdir()}) == 1
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    versions = config.pop("versions")
    assert set(versions) == {"signspot", "torch", "numpy"}
    assert config.pop("weights_sha256") == sha256(folder / WEIGHTS)
    assert config.pop("recipe")["rate"] == RECIPE.rate
    assert config == {
        "expert": "joints",
        "modality": {"name": "skeleton", "noise": 0.01},
        "backbone": {"name": "stgcn", "width": 0.0625},
        "num_classes": 3,
        "training": 1,
        "clips": "signs",
        "label_smoothing": 0.0,
        "class_balance": 0.0,
        "loss": "cross_entropy",
        "seed": 7,
        "vocabulary": SIGNS,
        "clip": {"length": 8, "stride": 4, "sign": "around"},
        "tta": "none",
    }


def test_a_training_starts_from_the_weights_of_the_one_before(tmp_path: Path, videos: list[VideoFiles]) -> None:
    first = train(tmp_path / "training1", videos)
    still = replace(ON_ALL, recipe=replace(RECIPE, rate=1e-12, weight_decay=0))
    second = train(tmp_path / "training2", videos, 2, still, start=first)
    fresh = train(tmp_path / "fresh", videos, 2, still)
    parameters = [name for name, _ in load_expert(first).network.named_parameters()]
    before, after, other = (load_file(folder / WEIGHTS) for folder in (first, second, fresh))
    for name in parameters:
        torch.testing.assert_close(after[name], before[name], atol=1e-9, rtol=0)
    assert not torch.allclose(other["fc.weight"], before["fc.weight"])


def test_the_window_is_kept_and_used(tmp_path: Path, videos: list[VideoFiles]) -> None:
    window = Window(length=16, stride=2, sign="own")
    expert = load_expert(train(tmp_path / "training1", videos, expert=replace(ON_ALL, window=window)))
    assert expert.config["clip"] == {"length": 16, "stride": 2, "sign": "own"}
    assert expert.window == window
    assert accuracy(tmp_path / "training1", videos[:1], labels_of(*videos))["clips"] <= 30


@pytest.mark.parametrize("stream", ["joints", "bone_motion"])
def test_recognisers_of_a_stream_can_be_learnt(tmp_path: Path, videos: list[VideoFiles], stream: str) -> None:
    backbone = {"name": "msg3d", "width": 0.0625, "gcn_scales": 3, "g3d_scales": 2, "windows": [3]}
    modality = {"name": "skeleton", "stream": stream}
    recogniser = replace(EXPERT, modality=modality, backbone=backbone, window=Window(length=10))
    expert = load_expert(train(tmp_path / "training1", videos, expert=recogniser))
    assert expert.config["backbone"] == backbone and expert.modality.stream == stream
    assert accuracy(tmp_path / "training1", videos[1:], labels_of(*videos))["clips"] == 10


def test_windows_drawn_anew_can_be_learnt(tmp_path: Path, videos: list[VideoFiles]) -> None:
    expert = replace(EXPERT, clips="windows", window=Window(length=32))
    first, again = (train(tmp_path / name, videos, expert=expert) / WEIGHTS for name in ("a", "b"))
    assert first.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("sign", ["own", "repeated", "parts"])
def test_the_frames_of_single_signs_can_be_learnt(tmp_path: Path, videos: list[VideoFiles], sign: str) -> None:
    expert = replace(EXPERT, clips="instances", window=Window(sign=sign))
    first, again = (train(tmp_path / name, videos, expert=expert) / WEIGHTS for name in ("a", "b"))
    assert first.read_bytes() == again.read_bytes()


def test_a_config_of_before_cuts_around_signs(tmp_path: Path, videos: list[VideoFiles]) -> None:
    folder = changed(train(tmp_path / "training1", videos), clip={"length": 8, "stride": 4})
    assert load_expert(folder).window == Window(8, 4, "around")
    with pytest.raises(InputError, match=r"clip\.sign.*around"):
        load_expert(changed(folder, clip={"length": 8, "stride": 4, "sign": "whole"}))


def test_same_seed_same_bytes(tmp_path: Path, videos: list[VideoFiles]) -> None:
    first, again, other = (
        (train(tmp_path / name, videos, seed=seed) / WEIGHTS).read_bytes()
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("option", ["label_smoothing", "class_balance"])
def test_options_of_the_loss_are_used(tmp_path: Path, videos: list[VideoFiles], option: str) -> None:
    write_labels(videos[0], np.array([1] * 10 + [2] * 5), 0, 59)
    plain = train(tmp_path / "plain", videos)
    changed_loss = train(tmp_path / "changed", videos, expert=replace(EXPERT, **{option: 0.5}))
    assert (plain / WEIGHTS).read_bytes() != (changed_loss / WEIGHTS).read_bytes()


def test_class_balance_1_counts_every_class_alike() -> None:
    weights = experts._class_weights(np.array([0] * 8 + [1] * 2), 3, balance=1.0)
    assert weights[:2].tolist() == [1 / 8, 1 / 2]
    assert experts._class_weights(np.array([0, 0, 1]), 3, balance=0.0).tolist() == [1, 1, 1]


@pytest.mark.parametrize("stack", [1, 5])
def test_a_network_with_logits_of_parts_learns_from_all_of_them(tmp_path: Path, stack: int) -> None:
    """Its weights before and after a step tell which classifiers had a gradient."""
    videos = [write_video(tmp_path, 60, 0, 59, video=f"v{i}") for i in range(2)]
    backbone = {"name": "stepnet", "width": 0.0625, "depths": [1, 1, 1, 1]}
    recipe = replace(RECIPE, mixup=0.2)
    modality = {"name": "flow", "input_size": 32, "stack": stack}
    expert = replace(EXPERT, modality=modality, backbone=backbone, recipe=recipe)
    folder = train(tmp_path / "training1", videos, expert=expert)
    torch.manual_seed(derived_seed(0, expert.name, 1))
    before = build("stepnet", 3, 2 * stack, width=0.0625, depths=[1, 1, 1, 1]).state_dict()
    after = load_file(folder / WEIGHTS)
    classifiers = [key for key in before if key.startswith("fc.")]
    assert len(classifiers) == 20
    assert all(0 < (after[key] - before[key]).abs().max() < 0.01 for key in classifiers)
    assert accuracy(folder, videos[:1], labels_of(*videos))["clips"] == 10


S3D = replace(
    EXPERT,
    modality={"name": "rgb", "input_size": 32},
    backbone={"name": "s3d", "width": 0.0625, "dropout": 0.0},
    window=Window(length=24),
)


def test_s3d_learns_from_its_steps(tmp_path: Path) -> None:
    videos = [write_video(tmp_path, 60, 0, 59, video=f"v{i}") for i in range(2)]
    steps, again = (train(tmp_path / name, videos, expert=replace(S3D, loss="steps")) for name in ("steps", "again"))
    assert (steps / WEIGHTS).read_bytes() == (again / WEIGHTS).read_bytes()
    assert json.loads((steps / CONFIG).read_text())["loss"] == "steps"
    assert accuracy(steps, videos[:1], labels_of(*videos))["clips"] > 0
    plain = train(tmp_path / "plain", videos, expert=S3D)
    assert (steps / WEIGHTS).read_bytes() != (plain / WEIGHTS).read_bytes()


@pytest.mark.parametrize("share", [None, 0.7])
def test_the_loss_of_steps_is_half_location_and_half_classification(share: float | None) -> None:
    modality = build_modality(**S3D.modality)
    torch.manual_seed(0)
    network = build("s3d", 3, 3, width=0.0625).eval()
    frames, labels = torch.randint(0, 256, (2, 3, 24, 32, 32), dtype=torch.uint8), torch.tensor([2, 1])
    batch = [frames, torch.ones(2, 24, dtype=torch.bool), labels]
    partners = [tensor.flip(0) for tensor in batch]
    mixture = None if share is None else Mixture(share, partners)
    outcome = experts._step_of_steps(modality)(network, batch, mixture)
    clips, others = (modality.normalised(each) for each in (frames, partners[0]))
    logits = network.step_logits(clips if share is None else share * clips + (1 - share) * others)
    own, other = (step_losses(logits, each, 24) for each in (labels, labels.flip(0)))
    expected = own.mean if share is None else share * own.mean + (1 - share) * other.mean
    torch.testing.assert_close(outcome.loss, expected)
    torch.testing.assert_close(own.mean, (own.location + own.classification) / 2)
    assert outcome.correct == (logits.mean(2).argmax(1) == labels).sum() and outcome.examples == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"backbone": EXPERT.backbone}, "loss: is steps, but the backbone stgcn has no logits of steps.* take s3d"),
        ({"label_smoothing": 0.1}, "label_smoothing: is 0.1, which the loss steps does not know"),
        ({"class_balance": 0.5}, "class_balance: is 0.5, which the loss steps does not know"),
        ({"loss": "hinge"}, "loss: is 'hinge', expected one of cross_entropy, steps"),
    ],
)
def test_a_loss_that_cannot_be_is_refused(changes: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=rf"joints\.{message}"):
        replace(S3D, **{"loss": "steps"} | changes)


def test_stacks_of_flow_reach_the_first_convolution(tmp_path: Path) -> None:
    videos = [write_video(tmp_path, 60, 0, 59, video=f"v{i}") for i in range(2)]
    backbone = {"name": "tsm_r50", "width": 0.0625, "depths": [1, 1, 1, 1]}
    expert = replace(EXPERT, modality={"name": "flow", "input_size": 32, "stack": 5}, backbone=backbone)
    network = load_expert(train(tmp_path / "training1", videos, expert=expert)).network
    assert network.conv1.in_channels == 10
    clips = torch.zeros(1, 10, 1, 32, 32)
    torch.testing.assert_close(network.values(clips + 1), (clips + 0.5) / 0.226)


def test_the_loss_of_parts_is_their_sum() -> None:
    logits = torch.randn(10, 4, 3)
    labels = torch.tensor([0, 1, 2, 1])

    def network(_: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (torch.zeros(4, 5), *logits)

    step = experts._step(build_modality("skeleton"), torch.ones(3), 0.0)
    batch = [torch.randn(4, 3, 8, 57, 1), torch.ones(4, 8, dtype=torch.bool), labels]
    outcome = step(network, batch)
    expected = sum(torch.nn.functional.cross_entropy(each, labels) for each in logits)
    torch.testing.assert_close(outcome.loss, expected)
    assert outcome.correct == (logits[0].argmax(1) == labels).sum()


@pytest.mark.parametrize("modality", [{}, {"relative": True}, {"joints": 53}, {"stream": "bones"}])
@pytest.mark.parametrize(("tta", "scales"), [("none", [1]), ("mirror", [1]), ("six", [1, 1.1, 0.9])])
def test_outputs_are_means_over_variants(
    tmp_path: Path, modality: Mapping[str, Any], tta: str, scales: list[float]
) -> None:
    modality = build_modality("skeleton", **modality)
    joints = {"joints": modality.joints}
    torch.manual_seed(0)
    network = build("msg3d", 3, modality.channels, width=0.0625, gcn_scales=2, g3d_scales=2, windows=[3], **joints)
    expert = Expert(network.eval(), modality, {"tta": tta} if tta != "none" else {})
    raw = np.random.default_rng(0).normal(size=(2, 8, modality.joints, 3)).astype(np.float32)

    def clips(frames: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.stack([modality.tensor(clip) for clip in frames]))

    views = [raw] if tta == "none" else [raw, modality.mirrored(raw)]
    with torch.inference_mode():
        each = [network(clips(scale * view)) for scale in np.float32(scales) for view in views]
        found = expert.outputs(clips(raw))
    for number, mean in enumerate(found):
        torch.testing.assert_close(mean, torch.stack([outputs[number] for outputs in each]).mean(0))


def test_the_variants_of_an_expert_are_kept_and_used(tmp_path: Path, videos: list[VideoFiles]) -> None:
    plain = train(tmp_path / "plain", videos)
    six = train(tmp_path / "six", videos, expert=replace(EXPERT, tta="six"))
    assert (plain / WEIGHTS).read_bytes() == (six / WEIGHTS).read_bytes()
    assert load_expert(six).tta == "six" and load_expert(plain).tta == "none"
    config = json.loads((plain / CONFIG).read_text())
    del config["tta"]
    (plain / CONFIG).write_text(json.dumps(config))
    assert load_expert(plain).tta == "none", "a config of before"
    assert accuracy(six, videos[:1], labels_of(*videos))["clips"] == 10


def test_images_have_no_variants(tmp_path: Path, videos: list[VideoFiles]) -> None:
    with pytest.raises(InputError, match=r"joints\.tta: is mirror, which only skeletons have; the modality rgb gives"):
        replace(EXPERT, modality={"name": "rgb"}, tta="mirror")
    with pytest.raises(InputError, match=r"joints\.tta: is 'ten', expected one of none, mirror, six"):
        replace(EXPERT, tta="ten")
    folder = changed(train(tmp_path / "training1", videos), tta="mirror", modality={"name": "flow"})
    with pytest.raises(InputError, match=r"config\.json\.tta: is mirror, which only skeletons have"):
        load_expert(folder)
    with pytest.raises(InputError, match=r"tta.*'ten'|'ten'.*tta"):
        load_expert(changed(folder, tta="ten"))


def test_no_sign_clip_at_all_is_an_error(tmp_path: Path, videos: list[VideoFiles]) -> None:
    write_labels(videos[0], np.zeros(15), 0, 59)
    with pytest.raises(InputError, match="shows a sign"):
        train(tmp_path / "training1", videos, expert=ON_ALL)


def test_a_class_without_clips_is_a_warning(
    tmp_path: Path, videos: list[VideoFiles], caplog: pytest.LogCaptureFixture
) -> None:
    train(tmp_path / "training1", videos, vocabulary=["A", "B", "NEVER"])
    assert "no training clip shows NEVER" in caplog.text


def test_labels_beyond_the_vocabulary_are_an_error(tmp_path: Path, videos: list[VideoFiles]) -> None:
    with pytest.raises(InputError, match="class 1, the vocabulary has 1"):
        train(tmp_path / "training1", videos, vocabulary=["A"])


def test_best_without_validation_clips_is_an_error(tmp_path: Path, videos: list[VideoFiles]) -> None:
    write_labels(videos[1], np.zeros(15), 0, 59)
    with pytest.raises(InputError, match="needs validation"):
        train(tmp_path / "training1", videos, 1, replace(EXPERT, recipe=replace(RECIPE, select="best")))


@pytest.mark.parametrize(
    "options", [{"vocabulary": ["A", "C"]}, {"expert": replace(EXPERT, modality={"name": "skeleton"})}]
)
def test_a_start_from_another_expert_is_an_error(
    tmp_path: Path, videos: list[VideoFiles], options: Mapping[str, Any]
) -> None:
    first = train(tmp_path / "training1", videos)
    with pytest.raises(InputError, match=r"training1.*Run that training"):
        train(tmp_path / "training2", videos, 2, start=first, **options)


def test_a_loaded_expert_is_ready_for_evaluation(tmp_path: Path, videos: list[VideoFiles]) -> None:
    network, modality, config = load_expert(train(tmp_path / "training1", videos))
    assert not network.training
    assert modality.noise == 0.01
    assert config["expert"] == "joints"
    feature, logits = network(torch.zeros(2, 3, 8, 57, 1))
    assert (feature.shape, logits.shape) == ((2, network.feature_dim), (2, 3))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / WEIGHTS).unlink(), "weights.safetensors: cannot be read"),
        (lambda folder: (folder / CONFIG).unlink(), "config.json beside it is missing"),
        (lambda folder: (folder / CONFIG).write_text("{}"), "config.json: expert, .* missing"),
        (lambda folder: (folder / CONFIG).write_text("[]"), "config.json beside it .*holds no JSON object"),
        (lambda folder: changed(folder, weights_sha256="0"), "weights.safetensors: is damaged .*names 0"),
        (lambda folder: (folder / WEIGHTS).write_bytes(b"x"), "weights.safetensors: is damaged .*its sha256"),
        (
            lambda folder: (folder / CONFIG).write_text('{"expert'),
            "weights.safetensors: is damaged .*config.json beside it",
        ),
        (lambda folder: changed(folder, num_classes=4), "num_classes is 4, expected 3 for 2 signs"),
        (lambda folder: changed(folder, num_classes=4, vocabulary=["A", "B", "C"]), "do not fit"),
        (lambda folder: changed(folder, backbone={"name": "stgcn", "width": 0.25}), "do not fit"),
    ],
)
def test_a_damaged_expert_is_an_error(tmp_path: Path, videos: list[VideoFiles], damage: Any, message: str) -> None:
    folder = train(tmp_path / "training1", videos)
    damage(folder)
    with pytest.raises(InputError, match=message):
        load_expert(folder)


def test_accuracy_on_sign_clips_leaves_the_background_out(tmp_path: Path, videos: list[VideoFiles]) -> None:
    write_labels(videos[0], np.array([0] * 9 + [1] * 4 + [2] * 2), 0, 59)
    folder = constant(train(tmp_path / "training1", videos), [9.0, 3.0, 1.0])
    assert accuracy(folder, videos[:1], labels_of(*videos)) == {
        "sign_clips": 4 / 6,
        "all_clips": 9 / 15,
        "chance": 1 / 2,
        "clips": 6,
    }
    write_labels(videos[0], np.zeros(15), 0, 59)
    assert accuracy(folder, videos[:1], labels_of(*videos)) == {
        "sign_clips": None,
        "all_clips": 1.0,
        "chance": 1 / 2,
        "clips": 0,
    }


def test_epochs_are_logged(tmp_path: Path, videos: list[VideoFiles], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    train(tmp_path / "training1", videos)
    assert "epoch 1 of 1: rate 0.001, loss" in caplog.text
    assert "validation loss" in caplog.text
