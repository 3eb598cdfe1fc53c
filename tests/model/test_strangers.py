"""Models of strangers, mutated: whatever they hold, a message comes of it, soon, and without much memory."""

import random
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from clip_stores import write_video
from made_up_run import mark
from strange_models import (
    FILES,
    MODEL,
    VOCABULARY,
    change_header,
    change_value,
    change_weights,
    parts,
    seal,
    sign,
    write_example_spotter,
)

from signspot.arrays import write_rows
from signspot.errors import SignspotError
from signspot.model.folder import RecognisingModel, read_model
from signspot.model.progress import Progress
from signspot.model.recognise import Recognisers
from signspot.model.spot import Networks
from signspot.model.stages import Video
from signspot.training.store import CONFIG, WEIGHTS

torch.set_num_threads(1)

SECONDS, MEGABYTES = 60, 400
"""Of the processor, that one model may take, however slow the machine, and by which the memory of all may grow."""


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    return write_example_spotter(tmp_path / "examples")


@pytest.fixture
def video(tmp_path: Path) -> Video:
    video = Video.within(tmp_path / "work", "v", tmp_path / "v.mp4")
    write_video(video.folder, 40, 0, 39)
    mark(video.stores.poses, fps=25.0, start_ms=0)
    rng = np.random.default_rng(2)
    with h5py.File(video.stores.poses, "r+") as file:
        for name, points in (("pose", 33), ("left_hand", 21), ("right_hand", 21)):
            write_rows(file, name, rng.normal(size=(40, points, 4)).astype(np.float32))
    return video


def spotted(model: Path, video: Video) -> str:
    """Spots or names signs in a video; returns the message, "" if there is none."""
    start = time.process_time()
    try:
        known = read_model(model)
        with Progress(1, len(known.experts) + 1) as progress:
            if isinstance(known, RecognisingModel):
                Recognisers.load(known).recognise(video, progress)
            else:
                Networks.load(known).spot(video, known.decoder, progress)
    except SignspotError as error:
        assert len(str(error)) < 3000 and str(error).replace("\n", "").isprintable()
        return str(error)
    finally:
        assert time.process_time() - start < SECONDS
        for path in (video.folder / "predictions", video.folder / "features"):
            shutil.rmtree(path, ignore_errors=True)
    return ""


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def try_all(model: Path, video: Video, changes: int, change: Callable[[Path, random.Random], str]) -> list[str]:
    """The messages about a model after each of some changes."""
    kept = model.with_name("kept")
    shutil.copytree(model, kept)
    assert spotted(model, video) == ""
    before, messages = peak(), []
    for seed in range(changes):
        done = change(model, random.Random(seed))
        try:
            messages.append(spotted(model, video))
        except Exception as error:
            error.add_note(f"after {done} (seed {seed})")
            raise
        shutil.rmtree(model)
        shutil.copytree(kept, model)
    assert peak() - before < MEGABYTES
    return messages


def other_value(model: Path, rng: random.Random) -> str:
    done = change_value(rng.choice([model / MODEL, *(part / CONFIG for part in parts(model))]), rng)
    if not done.startswith(MODEL):
        seal(model)
    return done


def other_weights(model: Path, rng: random.Random) -> str:
    done = rng.choice([change_header, change_weights])(rng.choice(parts(model)) / WEIGHTS, rng)
    sign(model)
    return done


@pytest.mark.parametrize("kind", ["ensemble", "examples", "recogniser"])
@pytest.mark.parametrize(("change", "least"), [(other_value, 0.5), (other_weights, 0.7)])
def test_changed_models_end_in_messages(
    kind: str, change: Callable[[Path, random.Random], str], least: float, video: Video, request: pytest.FixtureRequest
) -> None:
    messages = try_all(request.getfixturevalue(kind), video, 40, change)
    assert sum(map(bool, messages)) > least * len(messages), "some changes leave a model that is as good"


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", [MODEL, VOCABULARY, CONFIG, WEIGHTS])
def test_a_file_of_another_kind_is_named(name: str, kind: str, examples: Path, video: Video) -> None:
    part = examples if name in (MODEL, VOCABULARY) else parts(examples)[0]
    FILES[kind](part / name)
    if name != MODEL and (part / name).is_file() and "terabyte" not in kind:
        (sign if name == WEIGHTS else seal)(examples)
    message = spotted(examples, video)
    assert name in message or (name == VOCABULARY and CONFIG in message)
