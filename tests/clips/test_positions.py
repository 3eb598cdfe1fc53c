"""Which frames StepNet sees, against the reference."""

import json
from pathlib import Path

import numpy as np
import pytest

from signspot.clips.positions import drawn_positions, flow_stacks, middle_positions, part_bounds


def cases(golden: Path, name: str) -> list[dict]:
    return json.loads((golden / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def test_parts_and_middles_are_those_of_the_reference(golden: Path) -> None:
    for case in cases(golden, "stepnet_sampling_cases"):
        bounds = np.stack(part_bounds(case["frames"]), 1)
        assert bounds.tolist() == case["train_first_last"]
        assert middle_positions(case["frames"]).tolist() == case["test"] == case["tsm_test"]


def test_long_signs_of_whole_parts_are_drawn_as_in_the_public_code(golden: Path) -> None:
    """It never sees the remainder of other lengths, and of short signs it sees the first frame alone."""
    for case in cases(golden, "stepnet_sampling_cases"):
        if case["frames"] % 16 == 0:
            assert np.stack(part_bounds(case["frames"]), 1).tolist() == case["tsm_train_first_last"]


@pytest.mark.parametrize("frames", [1, 2, 11, 16, 40, 157])
def test_every_frame_of_a_part_is_drawn_and_no_other(frames: int) -> None:
    rng = np.random.default_rng(0)
    drawn = np.array([drawn_positions(frames, rng) for _ in range(400)])
    first, last = part_bounds(frames)
    assert np.array_equal(drawn.min(0), first) and np.array_equal(drawn.max(0), last)
    assert drawn.min() == 0 and drawn.max() == frames - 1


def test_flow_frames_are_those_of_the_reference(golden: Path) -> None:
    for case in cases(golden, "stepnet_flow_cases"):
        stacks = flow_stacks(np.array([case["position"]]), case["flow_frames"])
        assert stacks.tolist() == [case["flow_frames_used"]]


def test_every_position_has_its_flow_frames() -> None:
    assert flow_stacks(np.array([0, 3]), 5, length=3).tolist() == [[0, 1, 2], [3, 4, 4]]
