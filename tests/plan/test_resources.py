"""What jobs ask for: enough for what was measured, not many times too much, and more for more work."""

from pathlib import Path

import pandas as pd
import pytest
import torch
from clip_stores import write_video
from hypothesis import given
from hypothesis import strategies as st

from signspot.backbones import BACKBONES, build
from signspot.clips.modalities import MODALITIES, build_modality
from signspot.corpus.tables import Tables
from signspot.experts import features
from signspot.plan.resources import (
    EXTRACTED_CLIPS,
    FOOTPRINTS,
    LONGEST_MINUTES,
    MARGIN,
    SNAKEMAKE_MB,
    clips_mb,
    extraction_mb,
    extraction_minutes,
    sign_clips,
    spotter_mb,
    spotter_minutes,
    stage_minutes,
    training_mb,
    training_minutes,
    video_seconds,
)

CHANNELS = {"i3d_r50": 3, "p3d199": 2, "stgcn": 3}
MEASURED_TRAINING = {
    ("i3d_r50", 1): 1648,
    ("i3d_r50", 2): 1892,
    ("i3d_r50", 4): 2486,
    ("p3d199", 1): 2919,
    ("p3d199", 2): 3680,
    ("p3d199", 4): 5556,
    ("p3d199", 16): 15000,
    ("stgcn", 1): 937,
    ("stgcn", 4): 996,
    ("stgcn", 16): 1275,
}
"""MiB on a CPU, by backbone and clips in a batch."""
MEASURED_EXTRACTION = {"i3d_r50": 1103, "p3d199": 1547, "stgcn": 636}
MEASURED_HEAD = {500: 1501, 2000: 1996, 4000: 2832}
"""MiB of training on two videos of so many clips."""
BACKBONE = st.sampled_from(BACKBONES.names())


def expert(backbone: str, width: float = 1.0, input_size: int = 224) -> dict:
    return {"backbone": {"name": backbone, "width": width}, "modality": {"name": "rgb", "input_size": input_size}}


def recipe(batch_size: int = 16, workers: int = 0, epochs: int = 1) -> dict:
    return {"batch_size": batch_size, "workers": workers, "epochs": epochs}


def spotter(batch_size: int = 2, crop: int = 0, epochs: int = 1) -> dict:
    return {"recipe": {"batch_size": batch_size, "epochs": epochs}, "augmentation": {"crop": crop}}


@pytest.mark.parametrize(("backbone", "batch"), MEASURED_TRAINING)
def test_training_gets_what_was_measured_and_not_much_more(backbone: str, batch: int) -> None:
    measured = MEASURED_TRAINING[backbone, batch]
    assert 1.1 * measured + SNAKEMAKE_MB < training_mb(expert(backbone), recipe(batch), "cpu") < 1.5 * measured + 2500


@pytest.mark.parametrize("backbone", MEASURED_EXTRACTION)
def test_extraction_gets_what_was_measured_and_not_much_more(backbone: str) -> None:
    measured = MEASURED_EXTRACTION[backbone]
    assert 1.1 * measured + SNAKEMAKE_MB < extraction_mb(expert(backbone), "cpu") < 1.5 * measured + 2000


@pytest.mark.parametrize("clips", MEASURED_HEAD)
def test_the_spotter_gets_what_was_measured_and_not_much_more(clips: int) -> None:
    measured = MEASURED_HEAD[clips]
    assert 1.1 * measured + SNAKEMAKE_MB < spotter_mb(spotter(), clips, "cpu") < 1.5 * measured + 2000


def test_every_backbone_has_its_footprint() -> None:
    assert sorted(FOOTPRINTS) == BACKBONES.names()
    for name, known in FOOTPRINTS.items():
        with torch.device("meta"):
            network = build(name, 61, CHANNELS[name])
        weights_mb = sum(tensor.numel() for tensor in network.parameters()) * 4 / 1e6
        assert known.weights_mb == pytest.approx(weights_mb, rel=0.05)


def test_extraction_takes_as_many_clips_as_is_said() -> None:
    assert features.BATCH["cpu"] == EXTRACTED_CLIPS


@given(
    BACKBONE,
    st.floats(0.0625, 1),
    st.integers(32, 256),
    st.integers(1, 64),
    st.integers(0, 16),
    st.sampled_from(["cpu", "cuda", "auto"]),
)
def test_more_work_never_asks_for_less_memory(
    name: str, width: float, size: int, batch: int, workers: int, device: str
) -> None:
    asked = training_mb(expert(name, width, size), recipe(batch, workers), device)
    assert asked <= training_mb(expert(name, width * 1.5, size), recipe(batch, workers), device)
    assert asked <= training_mb(expert(name, width, size + 32), recipe(batch, workers), device)
    assert asked <= training_mb(expert(name, width, size), recipe(batch + 1, workers), device)
    assert asked < training_mb(expert(name, width, size), recipe(batch, workers + 1), device)
    assert asked <= training_mb(expert(name, width, size), recipe(batch, workers), "auto")
    assert extraction_mb(expert(name, width, size), device) <= extraction_mb(expert(name, 2 * width, size), device)


@given(st.integers(1, 100_000), st.integers(1, 8), st.sampled_from(["cpu", "cuda", "auto"]))
def test_the_spotter_asks_by_its_longest_video_or_part(clips: int, batch: int, device: str) -> None:
    whole = spotter_mb(spotter(batch), clips, device)
    assert whole <= spotter_mb(spotter(batch), clips + 1000, device)
    assert whole < spotter_mb(spotter(batch + 1), clips + 1000, device)
    assert spotter_mb(spotter(batch, crop=64), clips, device) <= whole


@given(BACKBONE, st.integers(1, 10**8), st.integers(1, 80), st.integers(0, 1), st.integers(1, 32))
def test_times_grow_with_the_work_and_end_after_a_day(
    name: str, clips: int, epochs: int, gpus: int, cores: int
) -> None:
    asked = training_minutes(expert(name), recipe(epochs=epochs), clips, gpus, cores)
    assert isinstance(asked, int)
    assert 10 <= asked <= training_minutes(expert(name), recipe(epochs=epochs + 1), clips, gpus, cores)
    assert asked <= training_minutes(expert(name), recipe(epochs=epochs), 2 * clips, gpus, cores) <= LONGEST_MINUTES
    assert training_minutes(expert(name), recipe(epochs=epochs, workers=4), clips, gpus, cores) <= asked
    assert extraction_minutes(expert(name), clips, gpus, cores) <= extraction_minutes(expert(name), clips, gpus, 1)
    assert spotter_minutes(spotter(epochs=epochs), clips) <= spotter_minutes(spotter(epochs=epochs), 2 * clips)


@pytest.mark.parametrize("name", MODALITIES.names())
def test_clips_in_memory_are_as_large_as_is_said(name: str, tmp_path: Path) -> None:
    modality = build_modality(name)
    with modality.open(write_video(tmp_path, frames=12, first=0, last=11)) as reader:
        clip = reader.read(2, 10)
    held = clips_mb(name, 1000, flow_size=64)
    assert held == pytest.approx(1000 * clip.nbytes / 1e6)
    for device in ("cpu", "cuda", "auto"):
        with_them, without = (training_mb(expert("i3d_r50"), recipe(), device, mb) for mb in (held, 0))
        assert with_them - without == pytest.approx(MARGIN * held, abs=1)


def test_stages_of_a_video_ask_by_its_frames() -> None:
    hour = 25 * 3600
    assert stage_minutes("crop", hour) < stage_minutes("pose", hour) < stage_minutes("flow", hour)
    assert stage_minutes("flow", hour, size=80) < stage_minutes("flow", hour)
    assert stage_minutes("pose", hour) > 0.061 * hour / 60


def tables(annotations: dict[str, int], **parts: tuple[str, str]) -> Tables:
    """Videos a, b and c, annotated up to so many ms."""
    videos = pd.DataFrame({"video": ["a", "b", "c"], "split": "train"})
    for i, column in enumerate(("start_ms", "end_ms")):
        videos[column] = [parts.get(video, ("", ""))[i] for video in videos["video"]]
    rows = [(video, "A", end - 100, end) for video, end in annotations.items()]
    return Tables(videos, pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms"]), pd.DataFrame())


def test_clips_with_a_sign_are_counted_by_the_annotations() -> None:
    rows = [("a", "A", 0, 800), ("a", "B", 5000, 5400), ("b", "A", 100, 1700)]
    annotated = Tables(
        pd.DataFrame(), pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms"]), pd.DataFrame()
    )
    assert sign_clips(annotated, fps=25, stride=4) == {"a": 5 + 1 + 2.5 + 1, "b": 10 + 1}


def test_how_long_videos_last_as_far_as_the_tables_tell() -> None:
    assert video_seconds(tables({})) == dict.fromkeys("abc", 3600)
    assert video_seconds(tables({"a": 50_000, "b": 100_000})) == {"a": 60, "b": 120, "c": 120}
    assert video_seconds(tables({"a": 50_000}, a=("10000", ""), b=("1000", "31000")))["a"] == 48
    assert video_seconds(tables({"a": 50_000}, a=("10000", ""), b=("1000", "31000")))["b"] == 30
