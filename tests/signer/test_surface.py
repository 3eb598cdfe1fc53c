"""The depth buffer: shapes where they belong, smooth unions, and the same pixels wherever a part begins."""

import numpy as np
import pytest

from signspot.signer.surface import EMPTY, Material, Surface


def ball(surface: Surface, x: float, z: float, material: Material, blend: float = 0) -> None:
    surface.ellipsoid(np.array([x, 15, z]), np.eye(3), np.full(3, 6.0), material, blend)


def test_a_cone_is_a_ball_at_both_ends_and_the_nearer_body_wins() -> None:
    surface = Surface(0, 0, 40, 30)
    surface.cone(np.array([10.0, 15, 0]), 5.0, np.array([30.0, 15, 10]), 3.0, Material.SKIN, 0)
    assert surface.depth[15, 10] == pytest.approx(5, abs=0.4)
    assert surface.depth[15, 30] == pytest.approx(13, abs=0.4)
    assert surface.material[15, 4] == 0
    surface.ellipsoid(np.array([20.0, 15, -20]), np.eye(3), np.full(3, 6.0), Material.HAIR, 0)
    assert surface.material[15, 20] == Material.SKIN
    assert surface.material[9, 20] == 0
    assert surface.material[10, 20] == Material.HAIR
    np.testing.assert_allclose(np.linalg.norm(surface.pixels().normal, axis=1), 1, atol=1e-4)


def test_a_smooth_union_fills_the_groove_between_two_balls() -> None:
    sharp, smooth = Surface(0, 0, 40, 30), Surface(0, 0, 40, 30)
    for surface, blend in ((sharp, 0), (smooth, 4)):
        ball(surface, 14, 0, Material.SKIN)
        ball(surface, 22, 0, Material.FACE, blend)
    assert smooth.depth[15, 18] > sharp.depth[15, 18] + 0.5
    assert smooth.depth[15, 10] == sharp.depth[15, 10]
    assert smooth.material[15, 15] == Material.SKIN and smooth.material[15, 21] == Material.FACE


def test_a_part_shows_what_the_whole_would_show_there() -> None:
    whole = Surface(0, 0, 40, 30)
    part = whole.part(np.array([[12.0, 8, 0], [30, 25, 0]]), 1)
    pasted = Surface(0, 0, 40, 30)
    for surface in (whole, part):
        surface.cone(np.array([16.0, 12, 0]), 3.0, np.array([24.0, 18, 5]), 2.0, Material.SKIN, 0)
    pasted.paste(part)
    np.testing.assert_array_equal(pasted.depth, whole.depth)
    np.testing.assert_array_equal(pasted.normal, whole.normal)
    np.testing.assert_array_equal(pasted.material, whole.material)


def test_what_lies_outside_leaves_the_surface_empty() -> None:
    surface = Surface(10, 10, 20, 20)
    ball(surface, -40, 0, Material.SKIN)
    surface.cone(np.array([100.0, 15, 0]), 3.0, np.array([120.0, 15, 0]), 2.0, Material.SKIN, 2)
    assert (surface.depth == EMPTY).all() and not surface.material.any()
