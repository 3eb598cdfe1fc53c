"""Tables of the embedded corpus: pure functions of settings and names; every sign, disjoint signers, true times."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from signspot.corpus.tables import check
from signspot.errors import InputError
from signspot.signer import SyntheticCorpus, act_out, tables, truth
from signspot.signer.film import render_video


def timeline(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms"])


def test_tables_are_those_of_a_corpus(corpus: SyntheticCorpus) -> None:
    made = tables(corpus)
    assert check(made, strict=True) == []
    assert made.videos["video"].tolist() == ["train_s00", "train_s01", "test_s02"]
    assert made.videos["path"].tolist() == ["videos/train_s00.mp4", "videos/train_s01.mp4", "videos/test_s02.mp4"]
    assert set(made.videos["handedness"]) <= {"left", "right"}
    assert made.vocabulary["class_id"].tolist() == list(range(6))


def test_signers_of_test_videos_never_train() -> None:
    videos = tables(SyntheticCorpus(seconds=2)).videos
    assert videos["signer"].is_unique
    assert videos["split"].value_counts().to_dict() == {"train": 8, "test": 3}


def test_annotations_lie_within_the_video_apart_from_each_other(corpus: SyntheticCorpus) -> None:
    annotations = tables(corpus).annotations
    assert annotations[["start_ms", "end_ms"]].dtypes.eq("int64").all()
    for _, rows in annotations.groupby("video"):
        assert rows["start_ms"].min() >= 0
        assert rows["end_ms"].max() <= corpus.seconds * 1000
        assert (rows["start_ms"] < rows["end_ms"]).all()
        assert (rows["end_ms"].iloc[:-1].to_numpy() < rows["start_ms"].iloc[1:].to_numpy()).all()


def test_only_the_vocabulary_is_annotated(corpus: SyntheticCorpus) -> None:
    made = tables(corpus)
    everything = pd.concat([truth(corpus, video) for video in made.videos["video"]])
    annotated = everything[everything["sign"].isin(made.vocabulary["sign"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(made.annotations, annotated)
    assert len(annotated) < len(everything)


@pytest.mark.parametrize(("signs", "videos", "seconds"), [(10, 1, 30), (40, 6, 30), (12, 6, 10)])
def test_every_sign_is_in_every_split(signs: int, videos: int, seconds: float) -> None:
    splits = {"train": videos, "test": videos}
    made = tables(SyntheticCorpus(signs=signs, distractors=6, seconds=seconds, splits=splits))
    for split in ("train", "test"):
        rows = made.annotations[made.annotations["video"].isin(made.of([split]))]
        assert set(rows["sign"]) == set(made.vocabulary["sign"])


def test_a_video_depends_on_settings_and_name_only(corpus: SyntheticCorpus) -> None:
    pd.testing.assert_frame_equal(truth(corpus, "train_s00"), truth(corpus, "train_s00"))
    more = replace(corpus, splits={"train": 5, "test": 2})
    pd.testing.assert_frame_equal(truth(corpus, "train_s01"), truth(more, "train_s01"))
    assert not truth(corpus, "train_s00").equals(truth(replace(corpus, seed=5), "train_s00"))
    assert truth(corpus, "train_s00")["sign"].tolist() != truth(corpus, "train_s01")["sign"].tolist()


def test_a_given_timeline_is_acted_out(corpus: SyntheticCorpus) -> None:
    rows = timeline(("b", "CASA", 0, 400), ("b", "¿YO?", 400, 440), ("a", "CASA", 5000, 5700), ("b", "TU", 900, 1500))
    acted = act_out(corpus, rows.assign(split="test", signer="p01"))
    made = tables(acted)
    assert check(made, strict=True) == []
    expected = rows.sort_values(["video", "start_ms"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(made.annotations, expected)
    assert made.videos[["video", "split", "signer"]].to_numpy().tolist() == [["a", "test", "p01"], ["b", "test", "p01"]]
    assert made.vocabulary["sign"].tolist() == ["CASA", "TU", "¿YO?"]


def test_videos_of_a_timeline_train_and_have_their_own_signers_unless_told(corpus: SyntheticCorpus) -> None:
    videos = tables(act_out(corpus, timeline(("a", "X", 0, 500), ("b", "X", 0, 500)))).videos
    assert videos[["split", "signer"]].to_numpy().tolist() == [["train", "a"], ["train", "b"]]


def test_an_improvised_corpus_acted_out_is_the_same(corpus: SyntheticCorpus) -> None:
    rows = truth(corpus, "train_s01")
    pd.testing.assert_frame_equal(truth(act_out(corpus, rows), "train_s01"), rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (timeline(("a", "X", 0, 500), ("a", "Y", 499, 600)), "row 1: .*'Y'.* overlaps .*'X'"),
        (timeline(("a", "X", 500, 500)), "row 0: .*does not last"),
        (timeline(("a", "X", -10, 500)), "row 0: .*does not last"),
        (timeline(("../a", "X", 0, 500)), "row 0: .*'../a'.* wrong name"),
        (timeline(("a", "X", 0, 500)).drop(columns="sign"), "no column sign"),
        (timeline(("a", "X", "0", "soon")), "row 0: .*does not last"),
        (timeline(), "no row"),
        (timeline(("a", "X", 0, 5), ("a", "X", 9, 15)).assign(signer=["p1", "p2"]), "row 1: .*another split or signer"),
    ],
)
def test_wrong_timelines_are_refused(corpus: SyntheticCorpus, rows: pd.DataFrame, message: str) -> None:
    with pytest.raises(InputError, match=message):
        act_out(corpus, rows)


@pytest.mark.parametrize("wrong", [{"pairs": 1.5}, {"height": 271}, {"signs": 0}, {"p_vocabulary": 0}, {"seconds": 1}])
def test_wrong_settings_are_refused_by_name(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match=rf"corpus\.signer\.{next(iter(wrong))}"):
        SyntheticCorpus(**wrong)


def test_an_unknown_video_is_refused(corpus: SyntheticCorpus, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train_s09: .*train_s00, train_s01"):
        render_video(corpus, "train_s09", tmp_path / "x.mp4")
    assert list(tmp_path.iterdir()) == []
