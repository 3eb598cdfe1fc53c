"""The numbers that the tests compare with are those of the reference."""

from pathlib import Path

import pytest
from golden_copies import NAMES, copy_of


@pytest.mark.parametrize("name", NAMES)
def test_copies_are_the_reference(shared: Path, golden: Path, name: str) -> None:
    assert (golden / f"{name}.json").read_text(encoding="utf-8") == copy_of(shared / f"golden/{name}.json")
    arrays = Path(f"{name}.npz")
    assert (golden / arrays).is_file() == (shared / "golden" / arrays).is_file()
    if (golden / arrays).is_file():
        assert (golden / arrays).read_bytes() == (shared / "golden" / arrays).read_bytes()
