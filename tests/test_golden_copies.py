"""The numbers that the tests compare with are those of the reference."""

import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from golden_copies import COPIES, NAMES, copy_of


@pytest.mark.parametrize("name", NAMES)
def test_copies_are_the_reference(shared: Path, golden: Path, name: str) -> None:
    assert (golden / f"{name}.json").read_text(encoding="utf-8") == copy_of(shared / f"golden/{name}.json")
    arrays = Path(f"{name}.npz")
    assert (golden / arrays).is_file() == (shared / "golden" / arrays).is_file()
    if (golden / arrays).is_file():
        assert (golden / arrays).read_bytes() == (shared / "golden" / arrays).read_bytes()


def test_no_file_of_the_reference_is_forgotten(shared: Path) -> None:
    assert {path.stem for path in (shared / "golden").glob("*.json")} == set(NAMES)
    assert {path.stem for path in COPIES.iterdir()} == set(NAMES)


@pytest.mark.parametrize("path", sorted(COPIES.glob("*.npz")), ids=lambda path: path.stem)
def test_arrays_are_the_recorded_ones(path: Path) -> None:
    recorded = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["npz"]
    with np.load(path) as arrays:
        assert set(arrays) == set(recorded)
        if isinstance(recorded, dict):
            for name, entry in recorded.items():
                assert zlib.crc32(np.ascontiguousarray(arrays[name]).tobytes()) == entry["crc32"], name
