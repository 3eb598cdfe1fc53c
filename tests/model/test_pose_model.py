"""Models whose poses are of another complexity than that of the pose model which comes with MediaPipe."""

import json
from pathlib import Path

import pytest

from signspot.cli import main
from signspot.errors import InputError
from signspot.model.folder import MODEL, read_model
from signspot.video.mediapipe import POSE_MODELS


@pytest.fixture
def exact(model: Path) -> Path:
    """A model whose run found poses of complexity 2."""
    content = json.loads((model / MODEL).read_text(encoding="utf-8"))
    content["stores"]["model_complexity"] = 2
    (model / MODEL).write_text(json.dumps(content), encoding="utf-8")
    return model


def test_the_file_is_asked_for_before_anything_is_written(
    exact: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["spot", "v.mp4", "--model", str(exact), "--out", str(tmp_path / "out")]) == 2
    assert "2 needs MediaPipe's pose_landmark_heavy.tflite" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_another_file_is_refused(exact: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.tflite"
    other.write_bytes(b"TFL3")
    with pytest.raises(InputError, match=f"other.tflite: is not .*complexity 2.*{POSE_MODELS[2].sha256}"):
        read_model(exact).with_pose_model(other)


def test_a_model_tells_nothing_of_this_machine(model: Path, tmp_path: Path) -> None:
    read = read_model(model)
    assert read.with_pose_model(None) == read
    assert set(read.stores.portable) == {"fps", "frame_size", "model_complexity", "flow_size"}
