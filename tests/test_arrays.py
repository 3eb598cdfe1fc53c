"""Stores from elsewhere: arrays that lie in other files or nowhere, and attributes that no stage writes."""

import os
import resource
from collections.abc import Callable
from pathlib import Path

import h5py
import hdf5plugin
import numpy as np
import pytest

from signspot.arrays import (
    Rows,
    attribute,
    is_current,
    new_arrays,
    open_arrays,
    timebase_of,
    write_attributes,
    write_rows,
)
from signspot.clips.video import usable_range
from signspot.errors import DamagedStore
from signspot.predictions import read_predictions
from signspot.stores import CorpusFiles

SECRET = np.arange(5.0)


def external_link(file: h5py.File, other: Path) -> None:
    file["x"] = h5py.ExternalLink(str(other), "x")


def external_link_to_a_device(file: h5py.File, other: Path) -> None:
    file["x"] = h5py.ExternalLink("/dev/zero", "/")


def soft_link(file: h5py.File, other: Path) -> None:
    file["y"] = SECRET
    file["x"] = h5py.SoftLink("/y")


def soft_link_to_nothing(file: h5py.File, other: Path) -> None:
    file["x"] = h5py.SoftLink("/gone")


def external_bytes(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", (5,), "f8", external=[(str(other), 0, 40)])


def external_bytes_in_parts(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", (5,), "f8", external=[("gone", 0, 8), (str(other), 8, 32)])


def virtual(file: h5py.File, other: Path) -> None:
    layout = h5py.VirtualLayout((5,), "f8")
    layout[:] = h5py.VirtualSource(str(other), "x", (5,))
    file.create_virtual_dataset("x", layout)


def virtual_in_itself(file: h5py.File, other: Path) -> None:
    layout = h5py.VirtualLayout((5,), "f8")
    layout[:] = h5py.VirtualSource(".", "x", (5,))
    file.create_virtual_dataset("x", layout)


def references(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", data=[file.ref] * 5, dtype=h5py.ref_dtype)


def regions(file: h5py.File, other: Path) -> None:
    file["y"] = SECRET
    file.create_dataset("x", data=[file["y"].regionref[:2]] * 5, dtype=h5py.regionref_dtype)


def texts_of_any_length(file: h5py.File, other: Path) -> None:
    file["x"] = ["a", "bb", "c", "d", "e"]


def records(file: h5py.File, other: Path) -> None:
    file["x"] = np.zeros(5, [("a", "i4"), ("b", "f8")])


def group(file: h5py.File, other: Path) -> None:
    file.create_group("x")["y"] = SECRET


def itself(file: h5py.File, other: Path) -> None:
    file["x"] = file["/"]


def no_axis(file: h5py.File, other: Path) -> None:
    file["x"] = 5.0


def nothing(file: h5py.File, other: Path) -> None:
    file["x"] = h5py.Empty("f8")


def kind_alone(file: h5py.File, other: Path) -> None:
    file["x"] = np.dtype("f8")


def other_filter(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", data=SECRET, **hdf5plugin.LZ4())


def further_filter(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", data=SECRET, **hdf5plugin.Bitshuffle())


def large_chunks(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", (2**32,), "f8", chunks=(2**28,), fletcher32=True)


def huge_array(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", (2**40,), "f8", chunks=(2**13,), fletcher32=True)


def huge_rows(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", (5, 2**36), "f8", chunks=(1, 2**13))


def huge_array_without_chunks(file: h5py.File, other: Path) -> None:
    file.create_dataset("x", (2**40,), "f8")


KINDS = (
    *(external_link, external_link_to_a_device, soft_link, soft_link_to_nothing, external_bytes),
    *(external_bytes_in_parts, virtual, virtual_in_itself, references, regions, texts_of_any_length, records, group),
    *(itself, no_axis, nothing, kind_alone, other_filter, further_filter),
    *(large_chunks, huge_array, huge_rows, huge_array_without_chunks),
)


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_an_array_that_no_stage_writes_is_refused(tmp_path: Path, make: Callable[[h5py.File, Path], None]) -> None:
    """Whoever reads it gets a message that names file and array; memory does not grow with what it claims."""
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["x"] = SECRET
    with h5py.File(tmp_path / "v.h5", "w") as file:
        make(file, tmp_path / "other.h5")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (
        pytest.raises(DamagedStore, match=r"v\.h5: is damaged \('x' ") as caught,
        open_arrays(tmp_path / "v.h5") as file,
    ):
        rows = Rows(file, "x")
        rows.read(0, len(rows))
    assert caught.value.path == tmp_path / "v.h5"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**17


def test_a_link_that_nobody_reads_is_refused_too(tmp_path: Path) -> None:
    """A reader that asks whether there is an array would follow it."""
    with h5py.File(tmp_path / "v.h5", "w") as file:
        file["score"] = np.zeros((2, 3))
        file["offset"] = h5py.ExternalLink("other.h5", "x")
    with pytest.raises(DamagedStore, match="'offset' is a link"):
        read_predictions(tmp_path / "v.h5")


def test_what_stages_write_is_read(tmp_path: Path) -> None:
    large = np.zeros((3_000_000, 8), np.int32)
    with new_arrays(tmp_path / "v.h5") as file:
        write_rows(file, "large", large)
        write_rows(file, "none", np.zeros((0, 3)))
        write_rows(file, "texts", np.array([b"ab", b"c"]))
        write_attributes(file, {"fps": 25, "start_ms": 0, "name": "é", "whole": 3.0})
    with open_arrays(tmp_path / "v.h5") as file:
        assert np.array_equal(Rows(file, "large").read(0, len(large)), large)
        assert Rows(file, "none").read(0, 0).shape == (0, 3) and Rows(file, "texts").read(0, 2).tolist() == [
            b"ab",
            b"c",
        ]
        assert timebase_of(file).fps == 25 and attribute(file, "name", str) == "é" and attribute(file, "whole") == 3


ATTRIBUTES = {
    "not a number": ("fps", float, float("nan")),
    "infinite": ("fps", float, float("inf")),
    "infinite the other way": ("start_ms", int, float("-inf")),
    "part of a frame": ("start_ms", int, 1.5),
    "far away": ("start_ms", int, 2**62),
    "text for a number": ("fps", float, np.bytes_("25")),
    "number for a text": ("name", str, 25),
    "several": ("fps", float, [25.0, 30.0]),
    "one in a list": ("fps", float, [25.0]),
    "empty": ("fps", float, h5py.Empty("f8")),
    "complex": ("fps", float, 25 + 1j),
    "no UTF-8": ("name", str, np.bytes_(b"\xff\xfe")),
    "record": ("fps", float, np.zeros((), [("a", "f8")])),
}


@pytest.mark.parametrize("case", ATTRIBUTES)
def test_an_attribute_that_no_stage_writes_is_refused(tmp_path: Path, case: str) -> None:
    name, kind, value = ATTRIBUTES[case]
    with h5py.File(tmp_path / "v.h5", "w") as file:
        file.attrs[name] = value
    with pytest.raises(DamagedStore, match=r"v\.h5: is damaged"), open_arrays(tmp_path / "v.h5") as file:
        attribute(file, name, kind)
    assert not is_current(tmp_path / "v.h5", [tmp_path / "v.h5"], **{name: kind(1)})


def test_an_attribute_may_be_asked_not_to_be_there(tmp_path: Path) -> None:
    path = tmp_path / "v.h5"
    with h5py.File(path, "w") as file:
        write_attributes(file, {"length": 8, "tta": "six"})
    assert is_current(path, [path], length=8, tta="six") and is_current(path, [path], length=8, stride=None)
    assert not is_current(path, [path], length=8, tta=None) and not is_current(path, [path], length=None)


@pytest.mark.parametrize("fps", [0.0, -25.0])
def test_a_rate_is_above_zero(tmp_path: Path, fps: float) -> None:
    with h5py.File(tmp_path / "v.h5", "w") as file:
        file.attrs.update({"fps": fps, "start_ms": 0})
    with pytest.raises(DamagedStore, match="'fps' is"), open_arrays(tmp_path / "v.h5") as file:
        timebase_of(file)


@pytest.mark.parametrize(("first", "last"), [(0, 2**50), (-1, 4), (4, 2), (0, 5)])
def test_a_usable_range_lies_in_the_video(tmp_path: Path, first: int, last: int) -> None:
    files = CorpusFiles(tmp_path).stores_of("v")
    files.poses.parent.mkdir()
    with h5py.File(files.poses, "w") as file:
        file["joints"] = np.zeros((5, 57, 3), np.float32)
        file.attrs.update({"first": first, "last": last})
    with pytest.raises(DamagedStore, match=r"v\.h5: is damaged \(its usable range is"):
        usable_range(files)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "v.h5")
    with pytest.raises(OSError, match="no regular file"), open_arrays(tmp_path / "v.h5"):
        pass
