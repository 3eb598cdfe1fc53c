"""Training of HS-I3D and what it predicts, on made-up videos in which the whole picture has the colour of a sign."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
from clip_stores import video_files, write_flow_levels, write_frames, write_pose
from published_files import published_state
from torch import nn

from signspot.backbones.checkpoints import Checkpoint
from signspot.clips.modalities import build_modality
from signspot.clips.window import Window
from signspot.compute.devices import best_device
from signspot.decoders import decode
from signspot.errors import InputError, NotFinite
from signspot.labels.frames import FrameLabels, frame_labels
from signspot.predictions import read_level, read_predictions
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter, predict_video, predict_videos
from signspot.spotters.hsi3d import LEVELS
from signspot.spotters.hsi3d import predict as prediction
from signspot.spotters.hsi3d import train as training
from signspot.spotters.hsi3d.network import HierarchicalI3d
from signspot.spotters.hsi3d.published import HSI3D
from signspot.stores import VideoFiles
from signspot.timebase import Timebase
from signspot.training.loop import CHECKPOINT
from signspot.training.store import WEIGHTS
from signspot.video.store import store_frames

FRAMES = 60
SIGNS = ["RED", "BLUE"]
COLOURS = {0: (90, 90, 90), 1: (250, 0, 0), 2: (0, 0, 250)}
SHOWN = [(0, 400, 799), (1, 1200, 1599), (0, 1800, 2199)]
"""Class id, start and end in ms."""
RECIPE = {"optimiser": "adamw", "rate": 3e-3, "weight_decay": 0.0, "epochs": 2, "schedule": "cosine", "batch_size": 4}
OPTIONS: dict[str, Any] = {
    "window": {"length": 16, "stride": 4},
    "network": {"width": 0.0625, "dropout": 0.0},
    "training": RECIPE,
    "check_every": 1,
}
MODALITY = {"name": "rgb", "input_size": 32}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def labels(frames: int = FRAMES) -> FrameLabels:
    shown = [sign for sign in SHOWN if sign[1] < 40 * frames]
    return FrameLabels(0, frames - 1, Timebase(25), frame_labels(shown, frames, Timebase(25)))


def video(folder: Path, name: str, frames: int = FRAMES) -> VideoInputs:
    files = video_files(folder, name)
    pictures = (np.full((256, 256, 3), COLOURS[int(label)], np.uint8) for label in labels(frames).label)
    window = {"size": 256, "centre_x": 128.0, "side": 256, "source_width": 256, "source_height": 256}
    store_frames(pictures, files.crops, {"video": name, "fps": 25.0, "start_ms": 0, **window})
    write_pose(files, np.zeros((frames, 57, 3)), np.zeros((frames, 57, 3)), 0, frames - 1)
    return VideoInputs(name, stores=with_rate(files))


def with_rate(files: VideoFiles) -> VideoFiles:
    with h5py.File(files.poses, "r+") as file:
        file.attrs.update({"fps": 25.0, "start_ms": 0})
    return files


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[VideoInputs]:
    folder = tmp_path_factory.mktemp("corpus")
    return [video(folder, name) for name in ("a", "b", "c")]


def fit(folder: Path, corpus: list[VideoInputs], select: str = "last", seed: int = 1, **options: Any) -> Path:
    *train, held_out = corpus
    task = FitTask(
        "winner",
        SIGNS,
        seed,
        select,
        labels={inputs.video: labels() for inputs in corpus},
        decoder=("runs", {"threshold": "tune"}),
        truth={held_out.video: SHOWN},
        modality=MODALITY,
    )
    SPOTTERS.build("hsi3d", **(OPTIONS | options)).fit(train, [held_out], folder, task)
    return folder


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory, corpus: list[VideoInputs]) -> Path:
    """Trained long enough for its batch normalisation, whose running statistics are slow, to know the colours."""
    recipe = RECIPE | {"epochs": 150, "rate": 1e-3}
    return fit(tmp_path_factory.mktemp("fitted"), corpus, training=recipe, check_every=40)


def test_it_learns_what_it_is_shown(fitted: Path, corpus: list[VideoInputs]) -> None:
    history = pd.read_csv(fitted / "history.tsv", sep="\t")
    assert history.train_loss.iloc[-1] < history.train_loss.iloc[0] / 2
    assert history.validation_f1.notna().tolist() == [epoch in (40, 80, 120, 150) for epoch in range(1, 151)]
    assert history.validation_loss.isna().all()
    predictions = predict_video(load_spotter(fitted), corpus[-1])
    found = [(spotting.class_id, spotting.first, spotting.last) for spotting in decode("runs", predictions)]
    assert [class_id for class_id, *_ in found] == [0, 1, 0]
    assert np.abs(np.array(found)[:, 1:] - [[10, 19], [30, 39], [45, 54]]).max() <= 2


def test_predictions_are_the_mean_of_levels_and_windows(
    fitted: Path, corpus: list[VideoInputs], tmp_path: Path
) -> None:
    spotter = load_spotter(fitted)
    predict_videos(fitted, corpus[-1:], tmp_path / "out")
    predictions = read_predictions(tmp_path / "out/c.h5")
    assert (predictions.first, predictions.last, predictions.stride) == (0, FRAMES - 1, 1)
    assert predictions.score.shape == (FRAMES, 3)
    levels = [read_level(tmp_path / "out/c.h5", level).score for level in LEVELS]
    np.testing.assert_allclose(np.mean(levels, 0), predictions.score, atol=1e-6)
    frames = np.stack([np.full((32, 32, 3), COLOURS[int(label)], np.uint8) for label in labels().label])
    clip = torch.from_numpy(frames).movedim(3, 0).float().div(127.5).sub(1)
    starts = [*range(0, FRAMES - 16, 4), FRAMES - 16]
    with torch.inference_mode():
        logits = [spotter.network(clip[None, :, start : start + 16].to(best_device())) for start in starts]
    expected, count = np.zeros((FRAMES, 3)), np.zeros((FRAMES, 1))
    for start, window in zip(starts, logits, strict=True):
        for level in window:
            steps = level[0].softmax(1).cpu().numpy()
            expected[start : start + 16] += steps.repeat(16 // len(steps), 0) / 5
        count[start : start + 16] += 1
    # The pictures were stored as JPEG.
    np.testing.assert_allclose(predictions.score, expected / count, atol=0.02)


def test_a_video_shorter_than_a_window_repeats_its_last_frame(
    fitted: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    predictions = predict_video(load_spotter(fitted), video(tmp_path, "short", 5))
    assert "video short has 5 usable frames, fewer than a window of 16: its last one is repeated" in caplog.text
    assert predictions.score.shape == (5, 3)
    np.testing.assert_allclose(predictions.score.sum(1), 1, atol=1e-5)


def test_a_video_without_usable_frames_has_no_predictions(fitted: Path, tmp_path: Path) -> None:
    inputs = video(tmp_path, "none", 20)
    with h5py.File(inputs.stores.poses, "r+") as file:
        file.attrs.update({"first": 20, "last": 19})
    assert predict_video(load_spotter(fitted), inputs).score.shape == (0, 3)


def test_same_seed_same_bytes_and_another_seed_others(tmp_path: Path, corpus: list[VideoInputs]) -> None:
    one, two = (fit(tmp_path / name, corpus) for name in ("one", "two"))
    assert (one / WEIGHTS).read_bytes() == (two / WEIGHTS).read_bytes()
    other = fit(tmp_path / "other", corpus, seed=2)
    assert (one / WEIGHTS).read_bytes() != (other / WEIGHTS).read_bytes()


def test_a_training_that_is_stopped_ends_with_the_same_weights(
    tmp_path: Path, corpus: list[VideoInputs], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = RECIPE | {"epochs": 3, "mixup": 1.0}
    whole = fit(tmp_path / "whole", corpus, "best", training=recipe)
    monkeypatch.setattr(training, "official_f1", _fails_at(2, training.official_f1))
    with pytest.raises(KeyboardInterrupt):
        fit(tmp_path / "stopped", corpus, "best", training=recipe)
    assert (tmp_path / "stopped" / CHECKPOINT).is_file()
    monkeypatch.undo()
    resumed = fit(tmp_path / "stopped", corpus, "best", training=recipe)
    assert (resumed / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()


def _fails_at(call: int, function: Any) -> Any:
    calls = iter(range(1, 100))

    def failing(*arguments: Any) -> float:
        if next(calls) == call:
            raise KeyboardInterrupt
        return function(*arguments)

    return failing


def test_the_best_epoch_is_that_of_the_highest_f1(
    tmp_path: Path, corpus: list[VideoInputs], monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([0.2, 0.6, 0.6, 0.1])
    monkeypatch.setattr(training, "official_f1", lambda *arguments: next(scores))
    kept: list[dict[str, torch.Tensor]] = []

    def watched(network: nn.Module, *arguments: Any) -> Any:
        kept.append({key: value.clone() for key, value in network.state_dict().items()})
        return prediction.predict(network, *arguments)

    monkeypatch.setattr(training, "predict", watched)
    best = fit(tmp_path / "best", corpus, "best", training=RECIPE | {"epochs": 4})
    state = load_spotter(best).network.state_dict()
    same = [all(torch.equal(state[key].cpu(), of_epoch[key].cpu()) for key in state) for of_epoch in kept]
    assert same == [False, True, False, False]


def test_the_files_tell_what_made_the_network(fitted: Path) -> None:
    config = json.loads((fitted / "config.json").read_text())
    assert config["kind"] == "hsi3d" and config["levels"] == list(LEVELS)
    assert config["clip"] == {"length": 16, "stride": 4} and config["modality"] == MODALITY
    assert config["num_classes"] == 3 and config["rsp"] == 0.1 and config["recipe"]["epochs"] == 150
    assert {"signspot", "torch", "numpy"} == set(config["versions"])


def test_short_videos_are_told_before_the_training(
    tmp_path: Path, corpus: list[VideoInputs], caplog: pytest.LogCaptureFixture
) -> None:
    fit(tmp_path, corpus, window={"length": 64, "stride": 4}, training=RECIPE | {"epochs": 1})
    assert "2 videos have fewer than the 64 frames of a window: a, b" in caplog.text


def test_plateau_is_refused(tmp_path: Path, corpus: list[VideoInputs]) -> None:
    with pytest.raises(InputError, match=r"spotters\.winner\.training\.schedule: is plateau.*Take steps or cosine"):
        fit(tmp_path, corpus, training=RECIPE | {"schedule": "plateau"})


@pytest.mark.parametrize(
    ("label", "named"),
    [(0, "no training video shows a sign"), (3, "the labels name class 2, the vocabulary has 2 signs")],
)
def test_labels_without_signs_or_of_another_vocabulary_are_refused(
    tmp_path: Path, corpus: list[VideoInputs], label: int, named: str
) -> None:
    known = FrameLabels(0, FRAMES - 1, Timebase(25), np.full(FRAMES, label, np.int32))
    task = FitTask("winner", SIGNS, 1, labels={inputs.video: known for inputs in corpus}, modality=MODALITY)
    with pytest.raises(InputError, match=named):
        SPOTTERS.build("hsi3d", **OPTIONS).fit(corpus, [], tmp_path, task)


def test_a_network_that_gives_no_finite_numbers_is_named_with_the_video(
    fitted: Path, corpus: list[VideoInputs], monkeypatch: pytest.MonkeyPatch
) -> None:
    spotter = load_spotter(fitted)
    with torch.no_grad():
        spotter.network.heads["x8"].bias.fill_(torch.nan)
    with pytest.raises(NotFinite, match="video c: the spotter winner"):
        predict_video(spotter, corpus[-1])


def test_a_published_network_is_taken_as_it_is(tmp_path: Path, corpus: list[VideoInputs]) -> None:
    torch.manual_seed(0)
    network = HierarchicalI3d(3, width=0.0625).eval()
    torch.save({"model": published_state(network.state_dict(), HSI3D)}, tmp_path / "model.pth")
    task = FitTask("winner", SIGNS, 0, modality=MODALITY)
    spotter = SPOTTERS.build("hsi3d", **{key: OPTIONS[key] for key in ("window", "network")})
    spotter.import_trained(Checkpoint(tmp_path / "model.pth"), corpus[0], tmp_path / "fitted", task)
    loaded = load_spotter(tmp_path / "fitted")
    assert torch.equal(loaded.network.heads["x"].bias.cpu(), network.heads["x"].bias.roll(1, 0))
    assert loaded.config["imported"]["file"] == "model.pth"


def test_memory_holds_no_level_of_a_long_video(fitted: Path, tmp_path: Path) -> None:
    """Levels wait in a file: whatever a video's length, an object of a few bytes stands for them."""
    spotter = load_spotter(fitted)
    files = video(tmp_path, "long", 120).stores
    found = prediction.predict(spotter.network, build_modality(**MODALITY), files, Window(16, 8))
    pieces = list(found.levels.pieces())
    assert np.concatenate(pieces).shape == (120, 5, 3)
    assert found.without_levels().levels is None


def test_flow_is_read_to_its_end(tmp_path: Path) -> None:
    """The last frame of a video has no flow: that of the frame before stands for it, as in training."""
    files = video_files(tmp_path, "v")
    write_pose(files, np.zeros((40, 57, 3)), np.zeros((40, 57, 3)), 0, 39)
    write_flow_levels(files, np.full((39, 2, 64, 64), 200, np.uint8))
    write_frames(files, 40, np.random.default_rng(0))
    torch.manual_seed(0)
    network = HierarchicalI3d(3, 2, width=0.0625).eval().to(best_device())
    modality = build_modality(name="flow", input_size=32)
    found = prediction.predict(network, modality, with_rate(files), Window(16, 8))
    # All windows show the same, so all frames at the same place in a window do.
    np.testing.assert_allclose(found.score[24:], found.score[:16], atol=0.2)
    with torch.inference_mode():
        same = network(torch.full((1, 2, 16, 32, 32), (200 - 128) / 127.0).to(best_device()))
    last = torch.stack([level.softmax(2)[0, -1] for level in same]).mean(0).cpu().numpy()
    np.testing.assert_allclose(found.score[-1], last, atol=1e-5)
