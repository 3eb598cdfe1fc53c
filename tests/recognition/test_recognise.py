"""What an expert says of the signs of videos."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from clip_stores import labels_of, write_skeleton_video
from made_up_run import mark

from signspot.backbones import build
from signspot.clips.dataset import ClipDataset, network_input
from signspot.clips.modalities import build_modality
from signspot.clips.samplers import SAMPLERS
from signspot.clips.window import Window
from signspot.errors import InputError, NotFinite
from signspot.experts.store import load_expert
from signspot.labels.views import instances
from signspot.recognition.recognise import recognise, recognise_whole
from signspot.training.store import save_network

BACKBONE = {"name": "stgcn", "width": 0.0625}


@pytest.fixture
def expert(tmp_path: Path) -> Path:
    """An expert with random weights."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = build(num_classes=3, in_channels=3, **BACKBONE)
    config = {"expert": "joints", "modality": {"name": "skeleton"}, "backbone": BACKBONE, "num_classes": 3}
    config |= {"vocabulary": ["A", "B"], "clip": {"length": 12, "stride": 4}}
    save_network(tmp_path / "expert", network, pd.DataFrame(), config)
    return tmp_path / "expert"


def test_every_sign_is_one_clip_in_order(tmp_path: Path, expert: Path) -> None:
    videos = [write_skeleton_video(tmp_path, 60, 5, 50, "one"), write_skeleton_video(tmp_path, 40, 0, 39, "two")]
    labels = labels_of(*videos)
    found = recognise(expert, videos, labels)
    expected = [
        (files.video, *labels[files.video].timebase.ms_of(one.first, one.last), "AB"[one.class_id])
        for files in videos
        for one in instances(labels[files.video].label, labels[files.video].first)
    ]
    assert list(found.clips.itertuples(index=False, name=None)) == expected
    assert found.signs == ("A", "B") and found.logits.shape == (len(expected), 2)


def test_logits_are_those_of_the_clips_of_the_training_without_the_background(tmp_path: Path, expert: Path) -> None:
    files = write_skeleton_video(tmp_path, 60, 5, 50)
    network, modality, _ = load_expert(expert)
    sampler = SAMPLERS.build("instances")
    window = load_expert(expert).window
    clips = ClipDataset(build_modality(name="skeleton"), [files], sampler, window, 0, False, labels_of(files))
    with torch.inference_mode():
        each = [network(network_input(modality, frames[None], present[None]))[1] for frames, present, _ in clips]
    found = recognise(expert, [files], labels_of(files))
    np.testing.assert_allclose(found.logits, torch.cat(each)[:, 1:].numpy(), atol=1e-5)


@pytest.mark.parametrize(("sign", "tta"), [("own", "none"), ("parts", "mirror"), ("repeated", "six")])
def test_signs_are_cut_as_in_the_training_and_seen_in_all_variants(
    tmp_path: Path, expert: Path, sign: str, tta: str
) -> None:
    network, _, config = load_expert(expert)
    files = write_skeleton_video(tmp_path, 60, 5, 50)
    plain = recognise(expert, [files], labels_of(files)).logits
    window = Window(12, 4, sign)
    save_network(expert, network, pd.DataFrame(), config | {"clip": asdict(window), "tta": tta})
    known = load_expert(expert)
    clips = ClipDataset(known.modality, [files], SAMPLERS.build("instances"), window, 0, False, labels_of(files))
    with torch.inference_mode():
        each = [known.outputs(network_input(known.modality, *(one[None] for one in clip)))[1] for *clip, _ in clips]
    found = recognise(expert, [files], labels_of(files)).logits
    np.testing.assert_allclose(found, torch.cat(each)[:, 1:].numpy(), atol=1e-5)
    assert not np.allclose(found, plain)


def test_a_video_without_signs_has_no_clip(tmp_path: Path, expert: Path) -> None:
    files = write_skeleton_video(tmp_path, 40, 0, 39)
    labels = labels_of(files)
    labels["v"].label[:] = 0
    assert len(recognise(expert, [files], labels)) == 0


@pytest.mark.parametrize(("first", "last"), [(5, 40), (20, 20), (20, 22)])
def test_a_whole_video_is_cut_as_a_sign_that_fills_it(tmp_path: Path, expert: Path, first: int, last: int) -> None:
    """Also one in which the signer was found in one to three frames only."""
    files = write_skeleton_video(tmp_path, 60, first, last)
    mark(files.poses, fps=25.0, start_ms=0)
    filled = labels_of(files)["v"]._replace(label=np.full(last - first + 1, 2, np.int32))
    expected, found = recognise(expert, [files], {"v": filled}), recognise_whole(load_expert(expert), files)
    np.testing.assert_array_equal(found.logits, expected.logits)
    assert found.clips.drop(columns="sign").equals(expected.clips.drop(columns="sign"))
    assert found.clips["sign"].tolist() == [""], "unknown"


def test_a_video_in_which_nobody_was_found_is_named(tmp_path: Path, expert: Path) -> None:
    files = write_skeleton_video(tmp_path, 60, 0, 59)
    mark(files.poses, first=1, last=0)
    with pytest.raises(InputError, match="video v: the signer was found in no frame"):
        recognise_whole(load_expert(expert), files)


def test_sums_that_overflow_are_told(tmp_path: Path, expert: Path) -> None:
    network, _, config = load_expert(expert)
    with torch.no_grad():
        for weights in network.parameters():
            weights.fill_(1e38)
    save_network(expert, network, pd.DataFrame(), config)
    files = write_skeleton_video(tmp_path, 40, 0, 39)
    with pytest.raises(NotFinite):
        recognise(expert, [files], labels_of(files))
