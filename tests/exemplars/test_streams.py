"""Exemplar streams: their labels and folds are those of the pieces of which they are made."""

from dataclasses import replace

import numpy as np
import pytest

from signspot.exemplars.descriptors import SIZE
from signspot.exemplars.matching import Background, Example
from signspot.exemplars.streams import NO_FOLD, SHORTEST, Stream, StreamMaker, StreamRecipe, free_stretches

SIGNS = {0: (6.0, 0.0), 1: (-6.0, 0.0)}
CORPUS, RENDERED = {3: (0.0, 6.0), 5: (0.0, 12.0)}, (0.0, -6.0)
"""Where the hands are in signs, in the material of the corpus by its fold, and in that of rendered signers."""
FAR_ENOUGH = 3.0


def hands_at(place: tuple[float, float], frames: int = 40) -> np.ndarray:
    hands = np.zeros((frames, 2, SIZE), np.float32)
    hands[:, :, :2] = place
    return hands


def maker(recipe: StreamRecipe | None = None, corpus: bool = True) -> StreamMaker:
    examples = [Example(class_id, hands_at(place, 20)) for class_id, place in SIGNS.items()]
    others = [(fold, hands_at(place)) for fold, place in CORPUS.items()] if corpus else []
    return StreamMaker(examples, others, [hands_at(RENDERED)], recipe or StreamRecipe())


def streams(made: StreamMaker, count: int = 20) -> list[Stream]:
    return [made.stream(np.random.default_rng([7, number])) for number in range(count)]


def place_of(stream: Stream) -> np.ndarray:
    """Where the right hand is, (T, 2)."""
    return stream.hands[:, 0, :2]


def near(stream: Stream, place: tuple[float, float]) -> np.ndarray:
    return np.linalg.norm(place_of(stream) - place, axis=1) < FAR_ENOUGH


def test_the_same_seed_gives_the_same_bytes() -> None:
    made = maker()
    one, same, other = (made.stream(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert [part.tobytes() for part in one] == [part.tobytes() for part in same]
    assert one.hands.tobytes() != other.hands.tobytes()


def test_all_streams_are_whole_and_of_one_length() -> None:
    for stream in streams(maker()):
        assert stream.hands.shape == (160, 2, SIZE)
        assert stream.hands.dtype == np.float32
        assert np.isfinite(stream.hands).all()
        assert stream.label.shape == stream.fold.shape == (160,)


def test_labels_tell_which_sign_is_made() -> None:
    made = streams(maker())
    for stream in made:
        for class_id, place in SIGNS.items():
            assert near(stream, place)[stream.label == class_id + 1].all()
    assert {0, 1, 2} == set(np.concatenate([stream.label for stream in made]).tolist())


def test_between_signs_only_the_way_has_no_label() -> None:
    for stream in streams(maker(StreamRecipe(signs=1.0))):
        edges = np.flatnonzero(np.diff(stream.label == 0, prepend=False, append=False))
        assert (edges[1::2] - edges[::2]).max() <= 14


def test_folds_mark_material_of_the_corpus_alone() -> None:
    made = streams(maker())
    for stream in made:
        for fold, place in CORPUS.items():
            assert near(stream, place)[stream.fold == fold].all()
        assert (stream.label[stream.fold != NO_FOLD] == 0).all()
        assert (stream.fold[near(stream, RENDERED)] == NO_FOLD).all()
    assert set(np.concatenate([stream.fold for stream in made]).tolist()) == {NO_FOLD, *CORPUS}


def test_without_material_of_the_corpus_rendered_signers_fill_the_gaps() -> None:
    made = streams(maker(corpus=False))
    assert all((stream.fold == NO_FOLD).all() for stream in made)
    assert any(near(stream, RENDERED).any() for stream in made)


def test_signs_take_the_share_that_the_recipe_gives_them() -> None:
    def share(signs: float) -> float:
        return float(np.mean([stream.label > 0 for stream in streams(maker(StreamRecipe(signs=signs)))]))

    assert share(0.0) == 0
    assert share(0.3) < share(0.9)


@pytest.mark.parametrize(("keeps", "stays"), [(1.0, True), (0.0, False)])
def test_an_idle_hand_may_go_on_with_what_it_did(keeps: float, stays: bool) -> None:
    """The left hand rests in the example, and is raised in all other material."""
    example = hands_at(SIGNS[0], 20)
    example[:, 1, :2] = 0.0, 12.0
    recipe = StreamRecipe(keeps=keeps, signs=0.5)
    made = replace(maker(recipe, corpus=False), examples=[Example(0, example)])
    heights = [
        np.median(stream.hands[stream.label == 1, 1, 1]) for stream in streams(made) if (stream.label == 1).any()
    ]
    assert (np.median(heights) < 6) == stays


def test_only_long_stretches_beside_known_signs_are_free() -> None:
    hands = np.arange(60.0, dtype=np.float32)[:, None, None] * np.ones((2, SIZE), np.float32)
    found = free_stretches(Background(hands, [(0, 20, 24), (1, 24 + 2 + SHORTEST + 2, 40)]))
    assert [(int(part[0, 0, 0]), len(part)) for part in found] == [(0, 18), (43, 17)]
    found = free_stretches(Background(hands, [(0, 20, 24), (1, 24 + 2 + SHORTEST + 3, 40)]))
    assert [(int(part[0, 0, 0]), len(part)) for part in found] == [(0, 18), (27, SHORTEST), (43, 17)]
