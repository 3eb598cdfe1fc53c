"""Signers to splits and folds."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.corpus.sharing import EXACT, Group, fold, groups_of, share_out, with_splits
from signspot.corpus.tables import COLUMNS, Tables
from signspot.errors import InputError

groups = st.lists(
    st.tuples(st.integers(0, 50), st.frozensets(st.integers(0, 8), max_size=5)), min_size=3, max_size=7
).map(lambda rows: [Group(str(i), [str(i)], weight, signs) for i, (weight, signs) in enumerate(rows)])


@settings(deadline=None, max_examples=30)
@given(groups, st.integers(0, 99))
def test_every_group_is_in_one_part_and_no_part_is_empty(groups: list[Group], seed: int) -> None:
    parts = share_out(groups, [70, 15, 15], seed)
    assert len(parts) == len(groups) and set(parts) == {0, 1, 2}
    assert parts == share_out(groups, [70, 15, 15], seed), "a seed decides"


@settings(deadline=None, max_examples=30)
@given(groups, st.integers(2, 3), st.integers(0, 99))
def test_folds(groups: list[Group], folds: int, seed: int) -> None:
    parts = fold(groups, folds, seed)
    assert len(parts) == len(groups) and set(parts) == set(range(folds))
    assert parts == fold(groups, folds, seed)


def group(name: str, weight: float, *signs: int) -> Group:
    return Group(name, [name], weight, frozenset(signs))


def test_shares_are_kept_as_well_as_can_be() -> None:
    people = [group(str(weight), weight) for weight in (10, 20, 30, 40, 50, 50)]
    for seed in range(5):
        parts = share_out(people, [80, 20], seed)
        assert sum(p.weight for p, part in zip(people, parts, strict=True) if part == 1) == 40


def test_signs_stay_in_training_before_shares_are_kept() -> None:
    people = [group("a", 20, 1, 2), group("b", 20, 2, 3), group("c", 10, 1, 3)]
    assert share_out(people, [10, 90], 0) in ([0, 1, 0], [1, 0, 0])


def test_many_videos_with_signs_of_their_own_are_shared_out_too() -> None:
    videos = [group(str(i), 1 + i % 7, i % 40, 100 + i) for i in range(60)]
    assert 3 ** len(videos) > EXACT
    parts = share_out(videos, [70, 15, 15], 3)
    total = sum(video.weight for video in videos)
    for part, share in enumerate((0.70, 0.15, 0.15)):
        weight = sum(video.weight for video, own in zip(videos, parts, strict=True) if own == part)
        assert abs(weight / total - share) < 0.05
    learnt = {sign for video, part in zip(videos, parts, strict=True) if part == 0 for sign in video.signs}
    assert learnt >= set(range(20)), "what two videos show is learnt"


def test_too_few_signers() -> None:
    with pytest.raises(InputError, match=r"2 signers or videos cannot be shared out to 3 parts.* --by video"):
        share_out([group("a", 1), group("b", 1)], [1, 1, 1], 0)


def tables(*videos: tuple[str, str, str]) -> Tables:
    """A corpus of videos, given as name, split and signer, each of which shows one sign."""
    rows = [(video, f"{video}.mp4", split, signer) for video, split, signer in videos]
    annotations = [(video, "DAY", 0, 400) for video, *_ in videos]
    return Tables(
        pd.DataFrame(rows, columns=list(COLUMNS["videos"])),
        pd.DataFrame(annotations, columns=list(COLUMNS["annotations"])),
        pd.DataFrame({"class_id": [0], "sign": ["DAY"]}),
    )


def test_videos_of_a_signer_stay_together_and_an_unknown_signer_is_nobody_else() -> None:
    corpus = tables(("a", "train", "ann"), ("ann", "test", ""), ("b", "train", "ann"), ("c", "predict", "ann"))
    assert [(group.name, group.videos, group.weight) for group in groups_of(corpus)] == [
        ("ann", ["a", "b"], 2),
        ("ann", ["ann"], 1),
    ]
    assert [group.videos for group in groups_of(corpus, by="video")] == [["a"], ["ann"], ["b"]]
    assert groups_of(corpus)[0].signs == {0}


def test_minutes_need_durations() -> None:
    corpus = tables(("a", "train", "ann"))
    with pytest.raises(InputError, match="not every video has a duration_ms"):
        groups_of(corpus, balance="minutes")


def test_new_splits_leave_other_videos_alone() -> None:
    corpus = tables(("a", "train", "ann"), ("b", "train", "bob"), ("c", "predict", "cid"))
    changed = with_splits(corpus, groups_of(corpus), ["test", "val"])
    assert changed.videos["split"].tolist() == ["test", "val", "predict"]
