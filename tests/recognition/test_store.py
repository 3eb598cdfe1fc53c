"""Logits of clips on disk."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from made_up_recognitions import recognitions

from signspot.errors import DamagedStore, InputError
from signspot.recognition import Recognitions
from signspot.recognition.store import read_logits, read_weights_digest, write_logits


def made_up(count: int = 5) -> Recognitions:
    logits = np.random.default_rng(1).normal(size=(count, 4)).astype(np.float32)
    return recognitions(logits, np.arange(count) % 5 - 1)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    told = made_up()
    told.clips.loc[0, "video"] = "přání 手話"
    write_logits(told, tmp_path / "a.h5", "joints", "12ab")
    found = read_logits(tmp_path / "a.h5")
    assert found.signs == told.signs
    assert found.clips.equals(told.clips)
    assert np.array_equal(found.logits, told.logits)
    assert read_weights_digest(tmp_path / "a.h5") == "12ab"


def test_no_clip_at_all_is_read_too(tmp_path: Path) -> None:
    write_logits(made_up(0), tmp_path / "a.h5", "joints")
    assert len(read_logits(tmp_path / "a.h5")) == 0


def test_same_content_gives_same_bytes(tmp_path: Path) -> None:
    for name in ("a.h5", "b.h5"):
        write_logits(made_up(), tmp_path / name, "joints")
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


@pytest.mark.parametrize("array", ["logits", "video", "signs"])
def test_arrays_that_do_not_belong_together_are_damage(tmp_path: Path, array: str) -> None:
    path = tmp_path / "a.h5"
    write_logits(made_up(), path, "joints")
    with h5py.File(path, "r+") as file:
        file[array].resize(3, axis=0)
    with pytest.raises(DamagedStore, match=r"a\.h5"):
        read_logits(path)


def test_numbers_that_are_none_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    write_logits(made_up(), path, "joints")
    with h5py.File(path, "r+") as file:
        file["logits"][2, 1] = np.nan
    with pytest.raises(DamagedStore, match="not finite"):
        read_logits(path)


def test_another_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_logits(tmp_path / "a.h5")
