"""The projection that is shipped, and the recipe by which it is learnt."""

from dataclasses import replace

import numpy as np
import pytest

from signspot.exemplars.descriptors import SIZE
from signspot.exemplars.discriminant import Recipe, projection, scatters
from signspot.exemplars.projection import FILE, project
from signspot.exemplars.projection import projection as shipped
from signspot.exemplars.rendered import rendered_streams

TINY = Recipe(lexicons=1, signs=3, streams=3, seconds=5.0, dimensions=4)


def test_the_shipped_projection_is_small() -> None:
    assert (shipped().shape, shipped().dtype) == ((2, SIZE, Recipe.dimensions), np.float32)
    assert Recipe.dimensions == 24
    assert np.isfinite(shipped()).all()
    assert FILE.stat().st_size < 2_000_000


def test_projected_people_differ_by_about_one() -> None:
    """In each direction and in the middle of all, over signs of signers who have nothing in common."""
    streams = np.concatenate(rendered_streams(range(6), 6.0, 3))
    found = project(streams)
    assert (found.shape, found.dtype) == ((len(streams), 2, 24), np.float32)
    assert 0.5 < np.median(found.std(0)) < 4


def test_the_recipe_gives_the_same_for_the_same_seed() -> None:
    one, same, other = (scatters(TINY, seed) for seed in (1, 1, 2))
    for a, b, c in zip(one, same, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.allclose(a, c)
    found = projection(*one, TINY.dimensions, TINY.shrinkage)
    assert (found.shape, found.dtype) == ((2, SIZE, 4), np.float32)
    np.testing.assert_array_equal(found, projection(*same, TINY.dimensions, TINY.shrinkage))


def test_more_streams_are_other_scatters() -> None:
    assert not np.allclose(scatters(TINY, 1)[0], scatters(replace(TINY, streams=2), 1)[0])


def test_the_projection_keeps_what_tells_classes_apart() -> None:
    """Two classes apart in the third number, people in the first."""
    within, between = np.eye(5) * [9, 1, 1, 1, 1], np.diag([9.0, 0, 25, 0, 0])
    found = projection(np.stack([within] * 2), np.stack([between] * 2), 1, 0.0)
    np.testing.assert_allclose(np.abs(found[..., 0]), [[0, 0, 1, 0, 0]] * 2, atol=1e-6)


def test_the_more_the_scatter_is_shrunk_the_less_quiet_directions_count() -> None:
    within, between = np.stack([np.diag([1.0, 1e-4])] * 2), np.stack([np.diag([4.0, 1e-3])] * 2)
    sharp, shrunk = (np.abs(projection(within, between, 1, share)[0, :, 0]) for share in (0.0, 0.5))
    assert sharp.argmax() == 1
    assert shrunk.argmax() == 0
    assert shrunk[0] == pytest.approx(1 / np.sqrt(1 + 0.5 * (1 + 1e-4) / 2), rel=1e-4)
