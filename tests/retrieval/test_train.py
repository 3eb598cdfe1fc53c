"""The common space learns which texts and videos belong together, and finds nothing where nothing belongs together."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from signspot.errors import InputError
from signspot.retrieval import geometric_mean, retrieval_scores
from signspot.retrieval.recipe import RECIPE
from signspot.retrieval.space import Pairs, cosines, load_space, text_points, video_points
from signspot.retrieval.train import train_space
from signspot.retrieval.vectors import spelled_vectors

SIGNS, SIGN_DIM = 12, 24
SHORT = replace(RECIPE, epochs=20, batch_size=24, rate=3e-3)


def sentences(count: int, seed: int) -> Pairs:
    """Texts of 3 of 12 words, and videos whose windows show these signs, with noise."""
    rng = np.random.default_rng(seed)
    look = np.random.default_rng(0).standard_normal((SIGNS, SIGN_DIM))
    shown = [rng.choice(SIGNS, 3, replace=False) for _ in range(count)]
    videos = [(look[signs].repeat(5, 0) + 0.3 * rng.standard_normal((15, SIGN_DIM))).mean(0) for signs in shown]
    texts = [spelled_vectors([f"sign{number}" for number in signs]) for signs in shown]
    return Pairs(texts, np.array(videos, np.float32))


def shuffled(pairs: Pairs, seed: int) -> Pairs:
    order = np.random.default_rng(seed).permutation(len(pairs))
    return Pairs([pairs.texts[number] for number in order], pairs.videos)


TRAIN, VALIDATION, TEST = sentences(150, 1), sentences(30, 2), sentences(40, 3)


def told_of_test(folder: Path) -> dict:
    return retrieval_scores(cosines(load_space(folder), TEST.texts, TEST.videos))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("space")
    train_space(TRAIN, VALIDATION, folder, recipe=SHORT, dim=64)
    return folder


def test_new_sentences_are_found_in_both_directions(trained: Path) -> None:
    told = told_of_test(trained)
    assert told["text_to_video"]["R1"] > 60 and told["video_to_text"]["R1"] > 60
    assert told["text_to_video"]["MedR"] == told["video_to_text"]["MedR"] == 1


def test_shuffled_texts_stay_at_chance(tmp_path: Path) -> None:
    train_space(shuffled(TRAIN, 4), shuffled(VALIDATION, 5), tmp_path, recipe=SHORT, dim=64)
    told = told_of_test(tmp_path)
    for direction in told.values():
        assert direction["R1"] <= 15 and 12 < direction["MeanR"] < 29


def test_the_epoch_with_the_best_geometric_mean_is_kept(trained: Path) -> None:
    history = pd.read_csv(trained / "history.tsv", sep="\t")
    told = retrieval_scores(cosines(load_space(trained), VALIDATION.texts, VALIDATION.videos))["text_to_video"]
    assert len(history) == SHORT.epochs
    assert geometric_mean(told) == pytest.approx(history.validation_geometric_mean.max())
    assert history.validation_geometric_mean.max() > history.validation_geometric_mean.iloc[0]


def test_a_seed_gives_the_same_space_and_another_one_another(tmp_path: Path) -> None:
    recipe = replace(SHORT, epochs=2)
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        train_space(TRAIN, VALIDATION, tmp_path / name, recipe=recipe, seed=seed, dim=8, about={"expert": "body"})
    one, same, other = ((tmp_path / name / "weights.safetensors").read_bytes() for name in ("one", "same", "other"))
    assert one == same != other
    assert '"expert": "body"' in (tmp_path / "one/config.json").read_text(encoding="utf-8")


def test_without_validation_the_last_epoch_is_kept(tmp_path: Path) -> None:
    train_space(TRAIN, None, tmp_path, recipe=replace(SHORT, epochs=1, select="last"), dim=8)
    assert pd.read_csv(tmp_path / "history.tsv", sep="\t").validation_loss.isna().all()
    with pytest.raises(InputError, match="select: best needs validation"):
        train_space(TRAIN, None, tmp_path, recipe=SHORT)


def test_a_text_has_one_point_whatever_is_beside_it(trained: Path) -> None:
    space = load_space(trained)
    texts = [TEST.texts[0], np.tile(TEST.texts[1], (3, 1))]
    points = text_points(space, texts)
    np.testing.assert_allclose(points[:1], text_points(space, texts[:1]), atol=1e-6)
    assert text_points(space, []).shape == (0, 64)
    np.testing.assert_allclose(np.linalg.norm(video_points(space, TEST.videos), axis=1), 1, atol=1e-6)


def test_the_recipe_is_the_published_one() -> None:
    told = (RECIPE.optimiser, RECIPE.rate, RECIPE.weight_decay, RECIPE.epochs, RECIPE.batch_size, RECIPE.select)
    assert told == ("radam", 1e-3, 1e-5, 40, 128, "best")


WORD, SIGN = np.ones((2, 4), np.float32), np.ones((1, 3), np.float32)


@pytest.mark.parametrize(
    ("texts", "videos", "message"),
    [
        ([], np.zeros((0, 3)), "there are 0 texts and 0 videos"),
        ([WORD], np.zeros((2, 3)), "there are 1 texts and 2 videos"),
        ([WORD, WORD[:0]], np.zeros((2, 3)), r"text 1 \(from 0\) has no word that has a vector"),
        ([WORD, WORD[:, :3]], np.zeros((2, 3)), "text 1 .* have 3 numbers, expected 4"),
        ([WORD * np.nan], SIGN, "text 0 .* not finite"),
        ([WORD], SIGN * np.inf, "the network of the sign embeddings gives numbers that are not finite"),
    ],
)
def test_pairs_that_cannot_be_learnt_are_refused(texts: list, videos: np.ndarray, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Pairs(texts, videos)


def test_trainings_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="training of the common space has one pair"):
        train_space(Pairs([WORD], SIGN), None, tmp_path)
    with pytest.raises(InputError, match=r"validation .* of 4 and sign embeddings of 3 numbers, .* 300 and"):
        train_space(TRAIN, Pairs([WORD, WORD], SIGN.repeat(2, 0)), tmp_path)
    for options, message in (({"mixup": 0.2}, "training.mixup: is 0.2"), ({"parts": 2}, "training.parts: is 2")):
        with pytest.raises(InputError, match=message):
            train_space(TRAIN, VALIDATION, tmp_path, recipe=replace(RECIPE, **options))


def test_queries_of_other_vectors_are_refused(trained: Path) -> None:
    space = load_space(trained)
    with pytest.raises(InputError, match="word vectors have 4 numbers, expected 300"):
        text_points(space, [WORD])
    with pytest.raises(InputError, match="sign embeddings have 3 numbers, the common space was trained with 24"):
        video_points(space, SIGN)


def test_a_folder_of_another_network_is_refused(trained: Path, tmp_path: Path) -> None:
    config = (trained / "config.json").read_text(encoding="utf-8")
    (tmp_path / "config.json").write_text(config.replace('"common_space"', '"bilstm"'), encoding="utf-8")
    with pytest.raises(InputError, match="kind: 'common_space' was expected"):
        load_space(tmp_path)
    (tmp_path / "config.json").write_text(config.replace('"dim": 64', '"dim": 10000000'), encoding="utf-8")
    with pytest.raises(InputError, match=r"network\.dim: 10000000 is greater than"):
        load_space(tmp_path)
