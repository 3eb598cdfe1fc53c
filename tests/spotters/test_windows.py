"""windows: trained experts on every window of a video, from their kept features."""

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
from recognisers import SIGNS, fitted_video, recogniser, write_features

from signspot.clips.window import whole_windows, window_starts
from signspot.decoders import decode
from signspot.errors import InputError
from signspot.experts.features import extract
from signspot.experts.store import load_expert
from signspot.files import write_json
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter, predict_video, windows
from signspot.spotters.recognisers import mean_probabilities
from signspot.training.store import CONFIG, read_config, save_network

torch.set_num_threads(1)


def fit(folder: Path, *experts: Path, vocabulary: list[str] = SIGNS) -> Path:
    task = FitTask("baseline", vocabulary, 0, experts=experts)
    SPOTTERS.build("windows").fit([], [], folder / "baseline", task)
    return folder / "baseline"


@pytest.fixture
def experts(tmp_path: Path) -> list[Path]:
    return [recogniser(tmp_path / name, name, seed) for seed, name in enumerate(("joints", "bones"))]


def test_windows_are_those_of_the_baseline(golden: Path) -> None:
    cases = json.loads((golden / "baseline_window_cases.json").read_text(encoding="utf-8"))["cases"]
    for case in cases:
        starts = whole_windows(0, case["frames"] - 1, case["window"], case["stride"], 0)
        assert list(starts) == case["first_frame_of_each"] and len(starts) == case["windows"]
    assert len(cases) == 4
    assert list(whole_windows(3, 12, 11, 1, 3)) == [], "a video shorter than a window has none"
    assert list(whole_windows(3, 30, 10, 4, -2)) == [6, 10, 14, 18], "a grid may begin before the video"


def test_probabilities_are_those_of_the_baseline(golden: Path) -> None:
    """Soft-max of the mean of the logits of a window and its mirror image; then the mean of joints and bones."""
    with np.load(golden / "msg3d_53_spot.npz") as arrays:
        streams = [
            (arrays[f"w10_{one}_logits"] + arrays[f"w10_{one}_logits_flipped"]) / 2 for one in ("joints", "bones")
        ]
        expected = arrays["w10_probability"]
    without_background = np.pad(streams, ((0, 0), (0, 0), (1, 0)), constant_values=-np.inf)
    found = mean_probabilities(without_background)[:, 1:]
    assert np.abs(found - expected).max() <= 1e-4 * expected.std()


def test_rows_are_the_mean_of_what_the_networks_say(tmp_path: Path, experts: list[Path]) -> None:
    inputs = fitted_video(tmp_path, experts, frames=40, first=3, last=36)
    found = load_spotter(fit(tmp_path, *experts)).predict(inputs)
    said = []
    for folder, features in zip(experts, inputs.features, strict=True):
        with h5py.File(features) as file, torch.inference_mode():
            feature = torch.from_numpy(file["features"][:])
            said.append(load_expert(folder).network.fc(feature).softmax(1).numpy())
    assert (found.first, found.last, found.stride, len(found.score)) == (3, 36, 1, 34)
    inner = slice(5, 34 - 4)
    np.testing.assert_allclose(found.score[inner, 1:], np.mean(said, 0)[inner, 1:], rtol=1e-5)


def test_the_background_is_the_rest_and_all_where_no_window_is_whole(tmp_path: Path, experts: list[Path]) -> None:
    found = load_spotter(fit(tmp_path, *experts)).predict(fitted_video(tmp_path, experts, 40, 3, 36))
    np.testing.assert_allclose(found.score[:, 0], 1 - found.score[:, 1:].max(1))
    outside = np.r_[0:5, 30:34]
    assert (found.score[outside, 0] == 1).all() and not found.score[outside, 1:].any()
    assert found.score[5:30, 1:].all()


@pytest.mark.parametrize("stride", [2, 3, 7])
def test_windows_may_lie_further_apart(tmp_path: Path, stride: int) -> None:
    expert = recogniser(tmp_path / "joints", "joints", stride=stride)
    found = load_spotter(fit(tmp_path, expert)).predict(fitted_video(tmp_path, [expert], 40, 0, 39))
    whole = [frame - 5 >= 0 and frame + 4 <= 39 for frame in found.frame]
    assert found.stride == stride
    assert found.score[:, 1:].any(1).tolist() == whole


def test_a_video_shorter_than_a_window_shows_no_sign(tmp_path: Path, experts: list[Path]) -> None:
    found = load_spotter(fit(tmp_path, *experts)).predict(fitted_video(tmp_path, experts, 9, 0, 8))
    assert (found.score[:, 0] == 1).all() and len(found.score) == 9
    assert decode("windows", found, threshold=0) == []


def test_some_clips_are_read_at_a_time(tmp_path: Path, experts: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    spotter, inputs = load_spotter(fit(tmp_path, *experts)), fitted_video(tmp_path, experts, 40, 3, 36)
    whole = spotter.predict(inputs)
    monkeypatch.setattr(windows, "BLOCK", 7)
    np.testing.assert_allclose(predict_video(spotter, inputs).score, whole.score, rtol=1e-6)


def test_the_folder_tells_what_it_is_made_of(tmp_path: Path, experts: list[Path]) -> None:
    config = read_config(fit(tmp_path, *experts), ["spotter", "kind"])
    digests = [read_config(folder, [])["weights_sha256"] for folder in experts]
    assert [one["weights_sha256"] for one in config["experts"]] == digests
    assert config["kind"] == "windows" and config["clip"] == {"length": 10, "stride": 1}


def test_features_of_other_experts_are_refused(tmp_path: Path, experts: list[Path]) -> None:
    inputs = fitted_video(tmp_path, experts, 20, 0, 19)
    with pytest.raises(InputError, match=r"features of v: .*expected stride 1, experts"):
        load_spotter(fit(tmp_path, *reversed(experts))).predict(inputs)
    with pytest.raises(InputError, match=r"no\.h5: there is no such file"):
        load_spotter(tmp_path / "baseline").predict(VideoInputs("v", (tmp_path / "no.h5",)))


def test_experts_that_do_not_fit_are_refused(tmp_path: Path, experts: list[Path]) -> None:
    with pytest.raises(
        InputError, match=r"joints: its vocabulary has 2 signs, not the 1 signs of the spotter baseline"
    ):
        fit(tmp_path, *experts, vocabulary=["A"])
    longer = recogniser(tmp_path / "longer", "longer", length=25)
    with pytest.raises(InputError, match=r"longer: cuts clips of 25 frames every 1, the first expert 10 every 1"):
        fit(tmp_path, experts[0], longer)
    config = read_config(fit(tmp_path, *experts), [])
    write_json(tmp_path / "baseline" / CONFIG, config | {"num_classes": 9})
    with pytest.raises(InputError, match="num_classes is 9, expected 3 for 2 signs"):
        load_spotter(tmp_path / "baseline")


def test_a_backbone_without_a_classifier_of_its_features_is_refused(
    tmp_path: Path, experts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = load_expert(experts[0]).network
    network.feature_dim += 1
    monkeypatch.setattr(
        "signspot.spotters.recognisers.load_expert", lambda folder: load_expert(folder)._replace(network=network)
    )
    with pytest.raises(InputError, match="its backbone stgcn has no classifier of its features"):
        fit(tmp_path, *experts)


def test_windows_of_a_longer_clip_are_those_of_the_reference(golden: Path) -> None:
    cases = json.loads((golden / "clip_window_cases_16.json").read_text(encoding="utf-8"))["cases"]
    for case in cases:
        assert window_starts(0, case["frames"] - 1, case["clip"], case["stride_frames"]) == case["here"]
    assert len(cases) == 6


def test_the_logits_of_a_longer_clip_are_the_mean_of_its_windows(tmp_path: Path, experts: list[Path]) -> None:
    inputs = fitted_video(tmp_path, experts, 40, 0, 39)
    recognisers = load_spotter(fit(tmp_path, *experts)).recognisers
    clips = recognisers.open(inputs)
    of_windows = recognisers.logits(clips, 0, 40)
    np.testing.assert_allclose(recognisers.clip_logits(clips, 7, 10), of_windows[:, 12], rtol=1e-5)
    np.testing.assert_allclose(recognisers.clip_logits(clips, 7, 14), of_windows[:, 12:17].mean(1), rtol=1e-5)
    np.testing.assert_allclose(recognisers.clip_logits(clips, 33, 7), of_windows[:, 38], rtol=1e-5)
    np.testing.assert_allclose(recognisers.clip_logits(clips, 39, 1), of_windows[:, 39], rtol=1e-5)


def test_means_over_variants_give_the_mean_of_their_logits(tmp_path: Path, experts: list[Path]) -> None:
    """Features that are means over a clip and its mirror image: so their logits are those of the baseline."""
    rng = np.random.default_rng(0)
    dim = load_expert(experts[0]).network.feature_dim
    clip, image = (rng.normal(size=(20, dim)).astype(np.float32) for _ in range(2))
    recognisers = load_spotter(fit(tmp_path, experts[0])).recognisers
    said = []
    for name, rows in (("clip", clip), ("image", image), ("mean", (clip + image) / 2)):
        path = write_features(tmp_path / f"{name}.h5", experts[0], rows)
        said.append(recognisers.logits(recognisers.open(VideoInputs("v", (path,))), 0, 20))
    np.testing.assert_allclose(said[2], (said[0] + said[1]) / 2, atol=1e-5)


def test_the_whole_way_is_that_of_the_network(tmp_path: Path, experts: list[Path]) -> None:
    """A trained expert, the features that the workflow extracts, and what its network says of the windows."""
    inputs = fitted_video(tmp_path, experts[:1], 30, 0, 29)
    network, _, config = load_expert(experts[0])
    with torch.no_grad():
        network.fc.weight.mul_(0)
        network.fc.bias.copy_(torch.tensor([-9.0, 9.0, 0.0]))
    save_network(experts[0], network, pd.DataFrame(), config)
    extract(experts[0], inputs.stores, inputs.features[0])
    found = load_spotter(fit(tmp_path, experts[0])).predict(inputs)
    (spotting,) = decode("windows", found)
    assert (spotting.class_id, spotting.first, spotting.last) == (0, 0, 25)
