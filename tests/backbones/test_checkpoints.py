"""Foreign checkpoints: what is read, and what is refused before anything of it runs."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from signspot.backbones.checkpoints import Checkpoint, read_checkpoint
from signspot.errors import InputError
from signspot.files import sha256

WEIGHTS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.ones(2)}


def save(path: Path, content: object) -> Path:
    torch.save(content, path)
    return path


def test_arrays_of_numpy_become_tensors(tmp_path: Path) -> None:
    arrays = {"a.weight": np.arange(6, dtype=">f4").reshape(2, 3), "a.bias": np.asfortranarray(np.ones((2, 2)))}
    found, _ = read_checkpoint(Checkpoint(save(tmp_path / "model.pth", {"state_dict": arrays})))
    assert all(np.array_equal(found[key].numpy(), value) for key, value in arrays.items())


class ForgedType:
    """Pickled as a type of numbers whose state says that they are addresses of objects, or that parts lie outside."""

    def __init__(self, code: str, names: tuple[str, ...] | None, fields: object) -> None:
        self.code, self.state = code, (3, "|", None, names, fields, 8, 1, 0)

    def __reduce__(self) -> tuple:
        return np.dtype, (self.code, False, True), self.state


@pytest.mark.parametrize(
    ("code", "names", "fields"),
    [("O8", None, None), ("V8", ("f",), {"f": (np.dtype("i8"), 10**8)}), ("V8", ("f",), {"f": (np.dtype("O"), 0)})],
    ids=["objects", "outside", "objects in a field"],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_a_forged_type_in_a_checkpoint_is_refused(
    tmp_path: Path, code: str, names: tuple[str, ...] | None, fields: object, zipped: bool
) -> None:
    content = WEIGHTS | {"x": ForgedType(code, names, fields)}
    torch.save(content, tmp_path / "model.pth", _use_new_zipfile_serialization=zipped)
    with pytest.raises(InputError, match=r"model\.pth: refused as a checkpoint \(an array has a type other than"):
        read_checkpoint(Checkpoint(tmp_path / "model.pth"))


class Malicious:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize(
    "content",
    [
        WEIGHTS,
        {"epoch": 79, "model_state_dict": WEIGHTS, "rng_state": {"numpy": np.random.RandomState(0).get_state()}},
        {"model_state_dict": WEIGHTS, "best_metric_val": np.float64(0.5), "loss": np.float32(1)},
    ],
    ids=["state dict", "generators", "numpy numbers"],
)
def test_reads_the_weights(tmp_path: Path, content: object) -> None:
    found, _ = read_checkpoint(Checkpoint(save(tmp_path / "model.pth", content)))
    assert found.keys() == WEIGHTS.keys()
    assert all(torch.equal(found[key], value) for key, value in WEIGHTS.items())


def test_the_form_before_torch_1_6_is_read(tmp_path: Path) -> None:
    torch.save(WEIGHTS, tmp_path / "model.pth", _use_new_zipfile_serialization=False)
    assert read_checkpoint(Checkpoint(tmp_path / "model.pth"))[0].keys() == WEIGHTS.keys()


def test_code_in_a_checkpoint_is_refused_and_does_not_run(tmp_path: Path) -> None:
    path = save(tmp_path / "model.pth", {"model_state_dict": WEIGHTS, "extra": Malicious(tmp_path / "ran")})
    with pytest.raises(InputError, match=r"model\.pth: refused as a checkpoint \(it wants to load \w+\.mkdir"):
        read_checkpoint(Checkpoint(path))
    assert not (tmp_path / "ran").exists()


def test_the_digest_is_compared(tmp_path: Path) -> None:
    path = save(tmp_path / "model.pth", WEIGHTS)
    assert read_checkpoint(Checkpoint(path, sha256(path).upper()))
    with pytest.raises(InputError, match=f"model.pth: its sha256 is {sha256(path)}, expected {'0' * 64}"):
        read_checkpoint(Checkpoint(path, "0" * 64))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.pth: cannot be read"):
        read_checkpoint(Checkpoint(tmp_path / "gone.pth"))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "model.pth", WEIGHTS)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InputError, match=r"model\.pth: refused as a checkpoint"):
        read_checkpoint(Checkpoint(path))


@pytest.mark.parametrize("content", [{}, {"epoch": 3}, [torch.ones(1)], {"model_state_dict": {"a": 1}}])
def test_a_file_without_weights_is_no_checkpoint(tmp_path: Path, content: object) -> None:
    with pytest.raises(InputError, match=r"model\.pth: holds no weights"):
        read_checkpoint(Checkpoint(save(tmp_path / "model.pth", content)))
