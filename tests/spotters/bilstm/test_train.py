"""Fitting the spotting head and predicting with it, on made-up features."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from signspot.errors import InputError, NotFinite
from signspot.files import sha256
from signspot.labels.frames import FrameLabels
from signspot.labels.views import offsets
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter, predict_video
from signspot.spotters.bilstm.head import SpottingHead
from signspot.spotters.bilstm.predict import predict
from signspot.spotters.bilstm.sequences import (
    Augmentation,
    ClipFeatures,
    SequenceDataset,
    feature_statistics,
    padded,
)
from signspot.spotters.bilstm.train import StandardisedHead
from signspot.timebase import Timebase
from signspot.training.store import CONFIG, HISTORY, WEIGHTS

SIGNS = ["A", "B", "C"]
HEAD = {"reduced": 32, "hidden": 32, "head_channels": 16, "dropout": 0.1, "offset_activation": "softplus"}
RECIPE = {"optimiser": "adamw", "rate": 3e-3, "weight_decay": 0.005, "epochs": 2, "batch_size": 2}
OPTIONS = {"head": HEAD, "training": RECIPE}
DIMS = {"rgb": 6, "skeleton": 4}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def write_features(path: Path, expert: str, rows: np.ndarray, *, first: int = 0, **attributes: object) -> Path:
    """A feature file; the last clip's cell is full."""
    values = {"expert": expert, "weights_sha256": f"weights of {expert}", "length": 1, "stride": 4, "first": first}
    values |= {"last": first + 4 * len(rows) - 1, "fps": 25.0, "start_ms": 0} | attributes
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file["features"] = rows.astype(np.float32)
        file["frame"] = (first + 4 * np.arange(len(rows))).astype(np.int32)
        file.attrs.update(values)
    return path


class Video(NamedTuple):
    """A video's feature files, and the frame labels that agree with them."""

    inputs: VideoInputs
    labels: FrameLabels


def video(folder: Path, name: str, labels: Sequence[int], first: int = 0, noise: float = 0.1) -> Video:
    """A video whose features show the label of each clip: each expert gives every label a random vector of its own."""
    labels = np.asarray(labels, np.int32)
    rng = np.random.default_rng(sum(map(ord, name)))
    paths = []
    for expert, dim in DIMS.items():
        codes = np.random.default_rng(dim).normal(size=(len(SIGNS) + 1, dim))
        rows = codes[labels] + noise * rng.normal(size=(len(labels), dim))
        paths.append(write_features(folder / expert / f"{name}.h5", expert, rows, first=first))
    known = FrameLabels(first, first + 4 * len(labels) - 1, Timebase(), np.repeat(labels, 4))
    return Video(VideoInputs(name, tuple(paths)), known)


def dataset(*videos: Video, augmentation: Augmentation | None = None) -> SequenceDataset:
    labels = {each.inputs.video: each.labels for each in videos}
    return SequenceDataset([each.inputs for each in videos], labels, 0, augmentation)


def signing(rng: np.random.Generator, clips: int = 40) -> np.ndarray:
    """Labels of signs of three to five clips between stretches of background."""
    labels = []
    while len(labels) < clips:
        labels += [0] * rng.integers(1, 4) + [rng.integers(1, 4)] * rng.integers(3, 6)
    return np.array(labels[:clips])


@pytest.fixture
def corpus(tmp_path: Path) -> list[Video]:
    rng = np.random.default_rng(5)
    return [video(tmp_path / "corpus", f"v{i}", signing(rng), first=3 * i) for i in range(4)]


def train(
    folder: Path, corpus: Sequence[Video], options: Mapping[str, Any] = OPTIONS, seed: int = 0, **task: Any
) -> Path:
    labels = {each.inputs.video: each.labels for each in corpus}
    inputs = [each.inputs for each in corpus]
    task = {"vocabulary": SIGNS, "labels": labels} | task
    SPOTTERS.build("bilstm", **options).fit(inputs[:3], inputs[3:], folder, FitTask("bilstm", seed=seed, **task))
    return folder


def test_the_spotter_learns(tmp_path: Path, corpus: list[Video]) -> None:
    options = OPTIONS | {"training": RECIPE | {"epochs": 40, "steps": [30]}, "augmentation": {"crop": 16, "noise": 0.2}}
    folder = train(tmp_path / "spotter", corpus, options, select="best")
    inputs, labels = corpus[3]
    found = load_spotter(folder).predict(inputs)
    truth = labels.label[::4]
    assert (found.score.shape, found.score.dtype) == ((len(truth), 4), np.float32)
    np.testing.assert_allclose(found.score.sum(1), 1, atol=1e-6)
    assert (found.score.argmax(1) == truth).mean() > 0.9
    signs = truth > 0
    assert found.offset.shape == (len(truth), 2)
    assert np.abs(found.offset - offsets(truth))[signs].mean() < 1
    assert (found.first, found.last, found.stride) == (9, labels.last, 4)
    assert found.frame.tolist() == list(range(9, labels.last + 1, 4))


@pytest.mark.parametrize("changes", [{"mixup": 0.5}, {"parts": 2}, {"optimiser": "radam", "schedule": "cosine"}])
def test_every_recipe_fits_it(tmp_path: Path, corpus: list[Video], changes: dict) -> None:
    folder = train(tmp_path / "spotter", corpus, OPTIONS | {"training": RECIPE | changes})
    assert load_spotter(folder).config["recipe"].items() >= changes.items()


def test_the_files_of_a_spotter(tmp_path: Path, corpus: list[Video]) -> None:
    folder = train(tmp_path / "spotter", corpus)
    assert sorted(path.name for path in folder.iterdir()) == [CONFIG, HISTORY, WEIGHTS]
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    assert config["weights_sha256"] == sha256(folder / WEIGHTS)
    assert config["experts"] == [
        {"name": "rgb", "features": 6, "weights_sha256": "weights of rgb"},
        {"name": "skeleton", "features": 4, "weights_sha256": "weights of skeleton"},
    ]
    assert (config["spotter"], config["kind"]) == ("bilstm", "bilstm")
    assert config["head"] == HEAD
    assert config["vocabulary"] == SIGNS
    assert config["num_classes"] == 4
    assert config["clip"] == {"length": 1, "stride": 4}


@pytest.mark.parametrize("augmentation", [{}, {"crop": 10, "noise": 0.1, "drop_expert": 0.5, "mask": 3}])
def test_same_seed_same_bytes(tmp_path: Path, corpus: list[Video], augmentation: dict) -> None:
    options = OPTIONS | {"augmentation": augmentation}
    first, again, other = (
        (train(tmp_path / name, corpus, options, seed) / WEIGHTS).read_bytes()
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize("options", [{"hidden": 7}, {"offset_activation": "tanh"}, {"depth": 3}])
def test_a_wrong_option_of_the_head_is_named(tmp_path: Path, corpus: list[Video], options: dict) -> None:
    with pytest.raises(InputError, match=rf"bilstm.*\.head.*{next(iter(options))}"):
        train(tmp_path / "spotter", corpus, OPTIONS | {"head": HEAD | options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"training": RECIPE | {"optimiser": "lion"}}, r"spotters\.b\.training\.optimiser: is 'lion'"),
        ({"augmentation": {"crops": 3}}, r"spotters\.b\.augmentation\.crops: there is no such option"),
        ({"head": {"offset_activation": "tanh"}}, r"offset_activation: is 'tanh', expected one of relu, softplus"),
        ({"standardise": "yes"}, r"spotters\.b\.standardise: is 'yes', expected true or false"),
    ],
)
def test_options_are_checked_before_anything_runs(options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        SPOTTERS.check("bilstm", options, "spotters.b")


def test_options_are_read_without_torch() -> None:
    check = "SPOTTERS.check('bilstm', {'head': {'dropout': 0.1}, 'augmentation': {'crop': 3}})"
    code = f"import sys; from signspot.spotters import SPOTTERS; {check}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_sign_clip_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="shows a sign"):
        train(tmp_path / "spotter", [video(tmp_path, "v", [0, 0, 0, 0])])


def test_labels_beyond_the_vocabulary_are_an_error(tmp_path: Path, corpus: list[Video]) -> None:
    with pytest.raises(InputError, match="class 2, the vocabulary has 2"):
        train(tmp_path / "spotter", corpus, vocabulary=SIGNS[:2])


def test_a_standardised_spotter_does_not_feel_the_scale_of_the_features(tmp_path: Path, corpus: list[Video]) -> None:
    scaled = []
    for inputs, labels in corpus:
        paths = tuple(tmp_path / "scaled" / path.parent.name / path.name for path in inputs.features)
        for path, source in zip(paths, inputs.features, strict=True):
            with h5py.File(source) as file:
                write_features(path, path.parent.name, 1000 * file["features"][:] + 7, first=file.attrs["first"])
        scaled.append(Video(VideoInputs(inputs.video, paths), labels))
    fitted = [
        load_spotter(train(tmp_path / name, videos, OPTIONS | {"standardise": True}))
        for name, videos in (("plain", corpus), ("large", scaled))
    ]
    plain, large = (spotter.predict(videos[3].inputs) for spotter, videos in zip(fitted, (corpus, scaled), strict=True))
    np.testing.assert_allclose(large.score, plain.score, atol=0.02)
    assert fitted[1].network.state_dict()["deviation"].min() > 50


def test_a_relu_that_is_dead_stays_dead_and_softplus_does_not(
    tmp_path: Path, corpus: list[Video], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    initialise = SpottingHead.__init__

    def with_low_offsets(self: SpottingHead, *arguments: object, **options: object) -> None:
        initialise(self, *arguments, **options)
        nn.init.constant_(self.offsets.output.bias, -5.0)
        nn.init.zeros_(self.offsets.output.weight)

    monkeypatch.setattr(SpottingHead, "__init__", with_low_offsets)
    reach = {}
    recipe = RECIPE | {"rate": 0.02, "weight_decay": 0, "epochs": 30}
    for activation in ("relu", "softplus"):
        caplog.clear()
        options = {"head": HEAD | {"offset_activation": activation}, "training": recipe}
        folder = train(tmp_path / activation, corpus, options)
        reach[activation] = load_spotter(folder).predict(corpus[0].inputs).offset.max()
        assert ("softplus" in caplog.text) == (activation == "relu")
    assert reach["relu"] == 0
    assert reach["softplus"] > 1


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 12),
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.integers(0, 20),
    st.floats(0, 0.9),
    st.integers(0, 2**32),
)
def test_augmentation_never_hides_everything(
    clips: int, dims: list[int], mask: int, drop_expert: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(clips, sum(dims))).astype(np.float32)
    mean = np.full(sum(dims), 9, np.float32)
    kept = x.copy()
    y = Augmentation(drop_expert=drop_expert, mask=mask)(x, dims, mean, np.ones_like(mean), rng)
    assert (x == kept).all()
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    assert ((y == x) | (y == 9)).all()
    masked = (y == 9).all(1)
    assert masked.sum() <= mask
    assert (np.diff(np.flatnonzero(masked)) == 1).all()
    if not masked.all():
        experts = np.split(y[~masked] == 9, np.cumsum(dims)[:-1], axis=1)
        assert all(expert.all() or not expert.any() for expert in experts)
        assert not all(expert.all() for expert in experts)


def test_noise_is_in_units_of_each_feature() -> None:
    deviation = np.array([1, 10], np.float32)
    x = np.zeros((5000, 2), np.float32)
    y = Augmentation(noise=0.5)(x, [2], np.zeros(2, np.float32), deviation, np.random.default_rng(0))
    np.testing.assert_allclose(y.std(0), [0.5, 5], rtol=0.05)


def test_crops_cover_an_epoch_and_keep_their_labels(tmp_path: Path) -> None:
    labels = np.arange(25) % 4
    one = video(tmp_path, "v", labels)
    whole, _, reach = dataset(one)[0]
    crops = dataset(one, one, augmentation=Augmentation(crop=10))
    assert len(crops) == 6
    starts = set()
    for epoch in range(4):
        crops.set_epoch(epoch)
        for x, y, z in (crops[i] for i in range(6)):
            start = next(s for s in range(16) if torch.equal(x, whole[s : s + 10]) and (y == labels[s : s + 10]).all())
            assert torch.equal(z, reach[start : start + 10])
            starts.add(start)
    assert len(starts) > 5
    assert torch.equal(crops[0][0], crops[0][0])


def test_a_batch_is_padded(tmp_path: Path) -> None:
    videos = dataset(video(tmp_path, "a", [0, 1]), video(tmp_path, "b", [2, 2, 0]))
    x, lengths, labels, reach = padded([videos[0], videos[1]])
    assert lengths.tolist() == [2, 3]
    assert labels.tolist() == [[0, 1, 0], [2, 2, 0]]
    assert (x.shape, reach.shape) == ((2, 3, 10), (2, 3, 2))
    assert not x[0, 2].any()


def test_an_expert_one_clip_short_gets_zeros(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rows = np.arange(12).reshape(6, 2) + 1
    full = write_features(tmp_path / "rgb.h5", "rgb", rows)
    short = write_features(tmp_path / "flow.h5", "flow", rows[:5], last=23)
    clips = ClipFeatures([short, full])
    assert len(clips) == 6
    expected = np.hstack([np.vstack([rows[:5], [[0, 0]]]), rows])
    np.testing.assert_array_equal(clips.read(0, 6), expected)
    np.testing.assert_array_equal(clips.read(5, 6), expected[5:])
    assert "flow.h5: one clip short" in caplog.text


@pytest.mark.parametrize("change", [{"stride": 2}, {"first": 1}, {"last": 22}, {"fps": 30.0}])
def test_experts_must_agree_on_the_clips(tmp_path: Path, change: dict) -> None:
    rows = np.zeros((6, 2))
    first = write_features(tmp_path / "rgb.h5", "rgb", rows)
    with pytest.raises(InputError, match=r"flow\.h5.*same clips"):
        ClipFeatures([first, write_features(tmp_path / "flow.h5", "flow", rows, **change)])
    with pytest.raises(InputError, match=r"\.h5.*same clips"):
        ClipFeatures([first, write_features(tmp_path / "flow.h5", "flow", rows[:4], last=23)])


def test_labels_must_belong_to_the_features(tmp_path: Path) -> None:
    one, other = video(tmp_path, "a", [0, 1]), video(tmp_path, "b", [0, 1, 1])
    with pytest.raises(InputError, match="labels of a: clips, first = "):
        dataset(Video(one.inputs, other.labels))


def test_features_that_are_not_finite_name_their_file(tmp_path: Path) -> None:
    path = write_features(tmp_path / "rgb.h5", "rgb", np.array([[1.0, np.nan]]))
    with pytest.raises(InputError, match=r"rgb\.h5: .*not finite"):
        ClipFeatures([path]).read(0, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
def test_a_head_that_gives_no_finite_numbers_is_named_with_the_video(
    tmp_path: Path, corpus: list[Video], value: float
) -> None:
    spotter = load_spotter(train(tmp_path / "spotter", corpus))
    with torch.no_grad():
        for weights in spotter.network.parameters():
            weights.fill_(value)
    with pytest.raises(NotFinite, match="video v3: the spotter bilstm gives numbers that are not finite"):
        predict_video(spotter, corpus[3].inputs)


def test_videos_of_other_experts_are_refused(tmp_path: Path, corpus: list[Video]) -> None:
    spotter = load_spotter(train(tmp_path / "spotter", corpus))
    with pytest.raises(InputError, match="same order"):
        spotter.predict(VideoInputs("v", corpus[0].inputs.features[::-1]))
    with h5py.File(corpus[3].inputs.features[0], "r+") as file:
        file.attrs["weights_sha256"] = "retrained"
    with pytest.raises(InputError, match="retrained"):
        spotter.predict(corpus[3].inputs)
    with pytest.raises(InputError, match="retrained"):
        train(tmp_path / "again", corpus)


def test_predictions_of_a_part_know_where_it_starts(tmp_path: Path, corpus: list[Video]) -> None:
    spotter = load_spotter(train(tmp_path / "spotter", corpus))
    for path in corpus[1].inputs.features:
        with h5py.File(path, "r+") as file:
            file.attrs["start_ms"] = 7000
    assert spotter.predict(corpus[1].inputs).timebase == Timebase(25.0, 7000)


def test_the_statistics_are_those_of_all_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(0).normal(3, [1, 5, 0], (50, 3)).astype(np.float32)
    videos = [
        ClipFeatures([write_features(tmp_path / f"{i}.h5", "rgb", part)]) for i, part in enumerate(np.split(rows, [20]))
    ]
    monkeypatch.setattr("signspot.spotters.bilstm.sequences.STATISTICS_BLOCK", 7)
    mean, deviation = feature_statistics(videos)
    np.testing.assert_allclose(mean, rows.mean(0), rtol=1e-5)
    np.testing.assert_allclose(deviation[:2], rows.std(0)[:2], rtol=1e-4)
    assert deviation[2] == pytest.approx(0.01 * rows.std(0).mean(), rel=1e-3)


class Pointwise(nn.Module):
    """Gives back the features of each clip."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.longest = 0

    def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        self.longest = max(self.longest, x.shape[1])
        return x * self.weight, x[..., :2] * self.weight


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 10))
def test_windows_give_every_clip_once(
    tmp_path_factory: pytest.TempPathFactory, n: int, window: int, context: int
) -> None:
    rows = np.random.default_rng(n).normal(size=(n, 3)).astype(np.float32)
    clips = ClipFeatures([write_features(tmp_path_factory.mktemp("windows") / "v.h5", "rgb", rows)])
    network = Pointwise()
    logits, reach = predict(network, clips, window, context)
    np.testing.assert_array_equal(logits, rows)
    np.testing.assert_array_equal(reach, rows[:, :2])
    assert network.longest <= window + 2 * context


def test_with_enough_context_windows_hardly_matter(tmp_path: Path, corpus: list[Video]) -> None:
    network = load_spotter(train(tmp_path / "spotter", corpus)).network
    clips = ClipFeatures(corpus[0].inputs.features)
    whole, parts = predict(network, clips)[0], predict(network, clips, window=10, context=12)[0]
    np.testing.assert_allclose(parts, whole, atol=0.05 * whole.std())


def test_standardising_by_nothing_changes_nothing() -> None:
    torch.manual_seed(0)
    plain = SpottingHead(5, 3, reduced=8, hidden=8, head_channels=8).eval()
    standardised = StandardisedHead(5, 3, reduced=8, hidden=8, head_channels=8).eval()
    standardised.load_state_dict(plain.state_dict(), strict=False)
    x, lengths = torch.randn(1, 9, 5), torch.tensor([9])
    with torch.inference_mode():
        assert torch.equal(plain(x, lengths)[0], standardised(x, lengths)[0])
