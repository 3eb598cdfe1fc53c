"""Variants of skeletons at test time."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from signspot.clips.variants import COUNTS, mean_over_variants, mirror, variants
from signspot.pose.skeleton import SWAP, flip


def test_six_variants_are_the_published_ones(golden: Path) -> None:
    about = json.loads((golden / "msg3d_tta_cases.json").read_text(encoding="utf-8"))
    arrays = np.load(golden / "msg3d_tta_cases.npz")
    for case, facts in enumerate(about["cases"]):
        clips = torch.from_numpy(arrays[f"case{case}_x"]).unsqueeze(-1)
        found = variants(clips, "six")
        assert len(found) == len(facts["tta_flip_scale"]) == 6
        for i, variant in enumerate(found):
            np.testing.assert_allclose(variant.squeeze(-1), arrays[f"case{case}_tta{i}"], rtol=1e-6)


def test_the_number_of_variants_is_the_one_that_is_told() -> None:
    assert {kind: len(variants(torch.zeros(3, 1, 1, 1), kind)) for kind in ("none", "mirror", "six")} == COUNTS


def test_fewer_variants_are_the_first_of_the_six() -> None:
    clips = torch.randn(2, 3, 4, 57, 1)
    six = variants(clips, "six", SWAP)
    for kind, count in (("none", 1), ("mirror", 2)):
        found = variants(clips, kind, SWAP)
        assert len(found) == count
        assert all(torch.equal(*pair) for pair in zip(found, six, strict=False))
    assert torch.equal(six[0], clips)


def test_the_mirror_with_partners_is_the_flip_of_the_skeleton() -> None:
    joints = np.random.default_rng(0).normal(size=(5, 57, 3)).astype(np.float32)
    clips = torch.from_numpy(joints).permute(2, 0, 1)[None, ..., None]
    mirrored = mirror(clips, SWAP)[0, ..., 0].permute(1, 2, 0)
    np.testing.assert_array_equal(mirrored, flip(joints))


def test_relative_channels_and_a_confidence() -> None:
    signs = [mirror(torch.ones(channels, 1, 2, 1), None)[:, 0, 0, 0].tolist() for channels in (4, 6)]
    assert signs == [[-1, 1, 1, 1], [-1, 1, 1, -1, 1, 1]]


def test_the_mean_is_taken_over_logits() -> None:
    clips = torch.randn(2, 3, 4, 5, 1)
    views = variants(clips, "mirror")
    feature, logits = mean_over_variants(lambda x: (x.mean((2, 3, 4)), x.flatten(1)[:, :2]), views)
    torch.testing.assert_close(feature[:, 0], torch.zeros(2), atol=1e-6, rtol=0)
    torch.testing.assert_close(feature[:, 1], clips[:, 1].mean((1, 2, 3)))
    torch.testing.assert_close(logits, torch.zeros(2, 2))


def test_an_unknown_kind_names_the_known() -> None:
    with pytest.raises(ValueError, match="tta: is 'ten', expected one of none, mirror, six"):
        variants(torch.zeros(3, 1, 1, 1), "ten")
