"""Clips of single signs as a corpus: folders and tables as people have them, and what is told of them."""

import logging
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from plans import CONFIG, SCHEMA

from signspot.corpus.tables import TO_END_MS, Tables
from signspot.errors import InputError
from signspot.plan.costs import Costs
from signspot.plan.needs import Needs
from signspot.plan.plan import Plan, read_plan
from signspot.plan.sources import check_source, read_corpus, source_files

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "CAFÉ") for form in ("NFC", "NFD"))


def corpus(**options: object) -> Tables:
    block = {"name": "signs", "fps": 25, "source": "isolated", "isolated": options}
    check_source(block)
    return read_corpus(block, 1, "results/signs")


def plan(folder: str, **options: object) -> Plan:
    block = {"name": "signs", "fps": 25, "source": "isolated", "isolated": {"folder": folder, **options}}
    return read_plan({**CONFIG, "corpus": block}, SCHEMA)


def clips(folder: Path, *names: str) -> str:
    """A folder of empty files, which nobody opens."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return str(folder)


def table(folder: Path, *lines: str) -> str:
    path = folder / "clips.tsv"
    path.write_text("\n".join(["\t".join(line.split(",")) for line in lines]) + "\n", encoding="utf-8")
    return str(path)


def signs(tables: Tables) -> dict[str, str]:
    return dict(zip(tables.annotations["video"], tables.annotations["sign"], strict=True))


def splits(tables: Tables, by: str = "video") -> dict[str, set[str]]:
    return {name: set(rows) for name, rows in tables.videos.groupby(by)["split"]}


def many(signs: tuple[str, ...], signers: tuple[str, ...]) -> list[str]:
    return [f"{sign}/{signer}.mp4" for sign in signs for signer in signers]


def test_a_folder_of_sub_folders_has_a_sign_for_each(tmp_path: Path) -> None:
    folder = clips(tmp_path / "lexicon", *many(("HOUSE", "TREE"), ("anna", "bert", "carl", "dora")))
    tables = corpus(folder=folder)
    assert signs(tables) == {f"{s}_{who}": s for s in ("HOUSE", "TREE") for who in ("anna", "bert", "carl", "dora")}
    assert set(tables.annotations["start_ms"]) == {0} and set(tables.annotations["end_ms"]) == {TO_END_MS}
    assert tables.vocabulary["sign"].tolist() == ["HOUSE", "TREE"]
    assert set(tables.videos["split"]) == {"train", "val", "test"}
    assert {Path(path).is_file() for path in tables.videos["path"]} == {True}


def test_clips_beside_each_other_and_of_splits(tmp_path: Path) -> None:
    flat = corpus(folder=clips(tmp_path / "flat", "HOUSE.mp4", "HOUSE_2.mp4", "HOUSE_3.mp4"))
    assert signs(flat) == {"HOUSE": "HOUSE", "HOUSE_2": "HOUSE", "HOUSE_3": "HOUSE"}
    names = ("train/HOUSE/1.mp4", "train/TREE/1.mp4", "test/HOUSE/2.mp4")
    parted = corpus(folder=clips(tmp_path / "parted", *names))
    assert signs(parted) == {"HOUSE_1": "HOUSE", "TREE_1": "TREE", "2": "HOUSE"}
    assert splits(parted) == {"HOUSE_1": {"train"}, "TREE_1": {"train"}, "2": {"test"}}


def test_clips_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    tables = corpus(folder=clips(tmp_path, "HOUSE/1.mp4", "TREE/1.mp4", "TREE/1.mov", "HOUSE/2.mp4"))
    assert signs(tables) == {"HOUSE_1": "HOUSE", "TREE_1": "TREE", "TREE_1_2": "TREE", "2": "HOUSE"}


def test_both_unicode_forms_of_a_folder_are_one_sign(tmp_path: Path) -> None:
    tables = corpus(folder=clips(tmp_path, f"{COMPOSED}/1.mp4", f"{DECOMPOSED}/2.mp4", f"{DECOMPOSED}/3.mp4"))
    assert tables.vocabulary["sign"].tolist() == [COMPOSED]
    assert len(tables.videos) == 3


def test_a_sign_with_one_clip_is_told_and_learnt(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tables = corpus(folder=clips(tmp_path, *many(("HOUSE", "TREE"), ("1", "2", "3")), "RARE/1.mp4"))
    assert "signs with one clip only, which cannot be both learnt and tested: RARE" in caplog.text
    assert splits(tables)["RARE_1"] == {"train"}


def test_each_sign_is_learnt_before_it_is_tested_and_tested_before_it_is_validated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"S{count}/{clip}.mp4" for count in (1, 2, 3, 10) for clip in range(count)]
    tables = corpus(folder=clips(tmp_path, *names))
    counts = tables.videos["split"].groupby(tables.annotations["sign"]).value_counts().unstack(fill_value=0)
    assert counts[["train", "val", "test"]].to_numpy().tolist() == [[1, 0, 0], [6, 2, 2], [1, 0, 1], [1, 1, 1]]
    assert "0 signers are known; test clips may show signers of training clips" in caplog.text


def test_what_is_no_clip_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = clips(tmp_path, *many(("HOUSE",), ("1", "2", "3", "4")), "notes.txt", "EMPTY/readme.md", "  /1.mp4")
    tables = corpus(folder=folder)
    assert set(signs(tables).values()) == {"HOUSE"}
    assert "folders without a video: EMPTY" in caplog.text
    assert "is blank or cannot be in a table" in caplog.text
    with pytest.raises(InputError, match=r"has no video\. Expected a sub-folder of clips for each sign"):
        corpus(folder=clips(tmp_path / "EMPTY"))


def test_a_table_tells_signers_whose_clips_stay_together(tmp_path: Path) -> None:
    people = ("anna", "bert", "carl", "dora", "emil")
    folder = clips(tmp_path / "lexicon", *many(("HOUSE", "TREE"), people))
    rows = [f"{sign}/{who},{who}" for sign in ("HOUSE", "TREE") for who in people]
    tables = corpus(folder=folder, clips=table(tmp_path, "video,signer", *rows))
    of_signers = splits(tables, "signer")
    assert all(len(of_signer) == 1 for of_signer in of_signers.values())
    assert set.union(*of_signers.values()) == {"train", "val", "test"}
    assert signs(tables)["TREE_anna"] == "TREE"


def test_a_sign_of_test_signers_alone_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    people = ("anna", "bert", "carl")
    rows = [f"{sign}_{who},{sign},{who}" for sign in ("HOUSE", "TREE") for who in people]
    rows += [f"OWN_{who},OWN-{who},{who}" for who in people]
    clips(tmp_path, *(f"{row.split(',')[0]}.mp4" for row in rows))
    tables = corpus(clips=table(tmp_path, "video,sign,signer", *rows))
    assert "signs left out, for no signer of the training clips shows them: OWN-" in caplog.text
    assert len(tables.vocabulary) == 3 and tables.vocabulary["class_id"].tolist() == [0, 1, 2]
    assert set(signs(tables)) == set(tables.videos["video"])


def test_a_table_with_splits_keeps_them_and_its_other_columns(tmp_path: Path) -> None:
    clips(tmp_path, "a.mp4", "long.mp4")
    rows = ("a,HOUSE,train,anna,,,left", "long,TREE,train,bert,400,900,", "long.mp4,HOUSE,test,bert,1000,,")
    path = table(tmp_path, "video,sign,split,signer,start_ms,end_ms,handedness", *rows)
    tables = corpus(clips=path)
    videos = tables.videos.set_index("video")
    assert len(videos) == 3 and videos["handedness"].tolist() == ["left", "", ""]
    assert videos["split"].tolist() == ["train", "train", "test"]
    assert tables.annotations["start_ms"].tolist() == [0, 400, 1000]
    assert set(tables.annotations["end_ms"]) == {TO_END_MS}
    assert source_files({"source": "isolated", "isolated": {"clips": path}}) == [path]


def test_a_path_is_seen_from_the_folder_of_the_table(tmp_path: Path) -> None:
    clips(tmp_path / "media", "x1.mp4")
    tables = corpus(clips=table(tmp_path, "video,path,sign,split", "first,media/x1.mp4,HOUSE,train"))
    assert tables.videos["path"].tolist() == [str(tmp_path / "media/x1.mp4")]
    with pytest.raises(InputError, match=r"line 2: video first has the path .*gone\.mp4', where there is no file"):
        corpus(clips=table(tmp_path, "video,path,sign,split", "first,gone.mp4,HOUSE,train"))


def test_a_clip_to_predict_needs_no_sign(tmp_path: Path) -> None:
    clips(tmp_path, "a.mp4", "b.mp4")
    tables = corpus(clips=table(tmp_path, "video,sign,split", "a,HOUSE,train", "b,,predict"))
    assert signs(tables) == {"a": "HOUSE"}
    assert tables.of(["predict"]) == ["b"]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["video,sign,split", "a,,test"], r"line 2: sign is '', expected a gloss, unless the split is predict"),
        (["video,sign,split", "a,HOUSE,exam"], r"line 2: split is 'exam', expected one of train, val"),
        (["video,sign,split", "a,HOUSE,"], r"line 2: split is '', expected one of train, val"),
        (["video,sign", "a,HOUSE", "gone,HOUSE"], r"line 3: video is 'gone', expected a clip of .*there is none"),
        (["video,sign", "1,HOUSE"], r"line 2: video is '1', which may be .*HOUSE/1\.mp4, .*TREE/1\.mp4.*its folder"),
        (["clip,sign", "a,HOUSE"], r"column video is missing; there are: clip, sign"),
        (["video,path", "a,a.mp4"], r"column sign is missing"),
        (["video,sign,split,start_ms", "a,HOUSE,train,soon"], r"line 2: start_ms is 'soon', expected nothing or a"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, lines: list[str], named: str) -> None:
    clips(tmp_path, "a.mp4", "HOUSE/1.mp4", "TREE/1.mp4")
    with pytest.raises(InputError, match=named):
        corpus(clips=table(tmp_path, *lines))


def test_class_ids_come_from_the_vocabulary_and_are_consecutive(tmp_path: Path) -> None:
    folder = clips(tmp_path / "lexicon", *many(("HOUSE", "TREE"), ("1", "2", "3")))
    vocabulary = tmp_path / "signs.tsv"
    vocabulary.write_text("class_id\tsign\n1\tHOUSE\n0\tTREE\n")
    assert corpus(folder=folder, vocabulary=str(vocabulary)).vocabulary["sign"].tolist() == ["TREE", "HOUSE"]
    vocabulary.write_text("class_id\tsign\n1\tHOUSE\n4\tTREE\n")
    with pytest.raises(InputError, match=r"signs\.tsv, line 3: class_id is 4, expected 0 to 1 for 2 signs"):
        corpus(folder=folder, vocabulary=str(vocabulary))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, r"corpus\.isolated: has neither folder nor clips"),
        ({"folder": "gone"}, r"corpus\.isolated\.folder: gone is no folder"),
        ({"folder": ".", "shares": {"test": 1}}, r"corpus\.isolated\.shares: expected shares above 0 of train"),
        ({"folder": ".", "shares": {"train": "most"}}, r"corpus\.isolated\.shares: expected shares above 0"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict, named: str) -> None:
    monkeypatch.chdir(tmp_path)
    clips(tmp_path, *many(("HOUSE",), ("1", "2", "3", "4")))
    with pytest.raises(InputError, match=named):
        corpus(**options)


def test_shares_are_for_clips_without_splits(tmp_path: Path) -> None:
    folder = clips(tmp_path, "train/HOUSE/1.mp4", "test/HOUSE/2.mp4")
    with pytest.raises(InputError, match=r"corpus\.isolated\.shares: splits are told by the clips of .* already"):
        corpus(folder=folder, shares={"train": 1, "test": 1})


def test_equal_calls_share_out_equally(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    folder = clips(tmp_path, *many(tuple(f"S{i}" for i in range(6)), ("1", "2", "3", "4")))
    first, second = corpus(folder=folder), corpus(folder=folder, shares={"train": 70, "val": 15, "test": 15})
    pd.testing.assert_frame_equal(first.videos, second.videos)
    assert first.videos["split"].value_counts()["train"] == 12


def test_clips_are_planned_without_a_look_at_them(tmp_path: Path) -> None:
    folder = clips(tmp_path, *many(("HOUSE", "TREE"), ("1", "2", "3", "4", "5")))
    planned = plan(folder)
    assert len(planned.videos) == 10
    assert Needs(planned).annotations("HOUSE_1") == [("HOUSE", 0, 0, TO_END_MS)]
    assert Costs(planned).stage_minutes("crop", "HOUSE_1") < Costs(planned).stage_minutes("pose", "HOUSE_1") < 60


def test_a_sign_that_no_training_clip_shows_is_named(tmp_path: Path) -> None:
    names = ("train/HOUSE/1.mp4", "val/HOUSE/2.mp4", "test/HOUSE/3.mp4", "test/TREE/1.mp4")
    with pytest.raises(InputError, match=r"no training video shows TREE\. Annotate an example, move a video"):
        plan(clips(tmp_path, *names))
