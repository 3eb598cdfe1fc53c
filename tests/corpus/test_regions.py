"""Regions of pictures of a known size."""

import pytest

from signspot.corpus.regions import Region, region_of
from signspot.errors import InputError


@pytest.mark.parametrize(
    ("chosen", "region"),
    [
        ("", Region(0, 0, 853, 480)),
        ("left", Region(0, 0, 426, 480)),
        ("right", Region(427, 0, 426, 480)),
        ("213, 120 ,426,240", Region(213, 120, 426, 240)),
        ("0,0,853,480", Region(0, 0, 853, 480)),
    ],
)
def test_a_region_of_a_picture(chosen: str, region: Region) -> None:
    assert region_of(chosen, 853, 480) == region


def test_a_region_reads_what_it_writes() -> None:
    region = Region(213, 120, 426, 240)
    assert region_of(str(region), 852, 480) == region


@pytest.mark.parametrize("chosen", ["428,0,426,480", "0,0,854,480", "0,1,853,480"])
def test_a_region_beyond_the_picture(chosen: str) -> None:
    with pytest.raises(InputError, match=f"crop is '{chosen}', expected .* within the picture of 853x480 px"):
        region_of(chosen, 853, 480)


@pytest.mark.parametrize("chosen", ["middle", "0,0,8,8", "1,2,3"])
def test_no_region(chosen: str) -> None:
    with pytest.raises(InputError, match=f"'{chosen}' is no region"):
        region_of(chosen, 853, 480)
