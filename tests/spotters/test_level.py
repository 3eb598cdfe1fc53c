"""One level of a head with several, read from the predictions of all."""

from pathlib import Path

import numpy as np
import pytest

from signspot.errors import InputError
from signspot.files import write_json
from signspot.predictions import Levels, Predictions, write_predictions
from signspot.spotters import SPOTTERS, FitTask, VideoInputs, load_spotter
from signspot.spotters.hsi3d import LEVELS
from signspot.timebase import Timebase
from signspot.training.store import CONFIG

SIGNS = ["A", "B"]
MEMBER = {"spotter": "hsi3d", "vocabulary": SIGNS, "weights_sha256": "of hsi3d"}


def member(folder: Path, name: str = "hsi3d") -> Path:
    write_json(folder / name / CONFIG, MEMBER | {"spotter": name})
    return folder / name


def inputs(folder: Path, levels: bool = True, **config: str) -> tuple[VideoInputs, np.ndarray]:
    """Predictions of a video of 9,000 frames, more than are held at a time; and those of its levels."""
    rows = np.random.default_rng(0).random((9000, len(LEVELS), 3), np.float32)
    kept = Levels(LEVELS, 3)
    for piece in np.array_split(rows, 7):
        kept.append(piece)
    found = Predictions(rows.mean(1), 0, 8999, 1, Timebase(), levels=kept if levels else None)
    write_predictions(found, folder / "v.h5", MEMBER | config)
    return VideoInputs("v", predictions=(folder / "v.h5",)), rows


def fit(folder: Path, level: str, *members: Path, vocabulary: list[str] = SIGNS) -> Path:
    task = FitTask(level, vocabulary, 0, members=members or [member(folder)])
    SPOTTERS.build("level", level=level).fit([], [], folder / level, task)
    return folder / level


@pytest.mark.parametrize("level", LEVELS)
def test_it_gives_what_the_level_predicts(tmp_path: Path, level: str) -> None:
    video, rows = inputs(tmp_path)
    found = load_spotter(fit(tmp_path, level)).predict(video)
    np.testing.assert_array_equal(found.score, rows[:, LEVELS.index(level)])
    assert (found.first, found.last, found.stride, found.levels) == (0, 8999, 1, None)


def test_two_levels_have_other_digests(tmp_path: Path) -> None:
    digests = {load_spotter(fit(tmp_path, level)).config["weights_sha256"] for level in LEVELS}
    assert len(digests) == len(LEVELS)


def test_predictions_by_another_spotter_are_refused(tmp_path: Path) -> None:
    video, _ = inputs(tmp_path, weights_sha256="of another")
    with pytest.raises(InputError, match=r"v\.h5: is by .*of another.*, expected .*of hsi3d"):
        load_spotter(fit(tmp_path, "x")).predict(video)


def test_predictions_without_levels_are_refused(tmp_path: Path) -> None:
    video, _ = inputs(tmp_path, levels=False)
    with pytest.raises(InputError, match="has no array 'level_x'"):
        load_spotter(fit(tmp_path, "x")).predict(video)


def test_it_has_one_member_of_its_vocabulary(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"spotters\.x\.of: names 2 spotters, expected one"):
        fit(tmp_path, "x", member(tmp_path), member(tmp_path, "other"))
    with pytest.raises(InputError, match="its vocabulary has 2 signs, not the 1 signs"):
        fit(tmp_path, "x", vocabulary=["A"])


def test_a_config_of_another_level_is_refused(tmp_path: Path) -> None:
    folder = fit(tmp_path, "x")
    config = (folder / CONFIG).read_text().replace('"level": "x"', '"level": "x4"')
    (folder / CONFIG).write_text(config)
    with pytest.raises(InputError, match="its weights are not those of the level 'x4'"):
        load_spotter(folder)
