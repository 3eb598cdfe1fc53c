"""Tables of a corpus: what is read, what is refused and how the message helps."""

import logging
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pandas.testing import assert_frame_equal

from signspot.corpus.names import folded
from signspot.corpus.regions import chosen_regions
from signspot.corpus.tables import (
    Tables,
    check,
    check_media,
    class_ids,
    read_tables,
    used_parts,
    write_tables,
)
from signspot.errors import InputError
from signspot.rows import nfc

VIDEOS = "video\tpath\tsplit\tsigner\nann_1\tmedia/ann_1.mp4\ttrain\tann\nbob_1\tmedia/bob_1.mp4\ttest\tbob\n"
ANNOTATIONS = "video\tsign\tstart_ms\tend_ms\nann_1\tDAY\t0\t400\nann_1\tNIGHT\t800\t1200\nbob_1\tDAY\t40\t480\n"
VOCABULARY = "class_id\tsign\taliases\n0\tDAY\tDAYTIME|TODAY\n1\tNIGHT\t\n"
SCHEMAS = Path(__file__).resolve().parents[2] / "workflow" / "schemas"


class Corpus:
    """The files of a small corpus, in which a test spoils one thing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in (("videos", VIDEOS), ("annotations", ANNOTATIONS), ("vocabulary", VOCABULARY)):
            self.write(name, text)

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.tsv"

    def write(self, name: str, text: str) -> None:
        self.path(name).write_text(text, encoding="utf-8", newline="")

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def read(self, **options: bool) -> Tables:
        return read_tables(*map(self.path, ("videos", "annotations", "vocabulary")), **options)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def refused(corpus: Corpus, *words: str, **options: bool) -> None:
    """The corpus is refused with a message that holds all the words."""
    with pytest.raises(InputError) as error:
        corpus.read(**options)
    for word in words:
        assert word in str(error.value), str(error.value)


def test_reads_what_was_written(corpus: Corpus) -> None:
    tables = corpus.read()
    assert tables.of(["test", "train"]) == ["ann_1", "bob_1"]
    assert tables.of(["val"]) == []
    assert tables.annotations["end_ms"].tolist() == [400, 1200, 480]
    assert class_ids(tables.vocabulary) == {"DAY": 0, "DAYTIME": 0, "TODAY": 0, "NIGHT": 1}
    assert check(tables) == []


def test_video_paths_are_relative_to_their_table(corpus: Corpus) -> None:
    assert corpus.read().videos["path"].tolist() == [str(corpus.folder / f"media/{v}.mp4") for v in ("ann_1", "bob_1")]


def test_byte_order_mark_crlf_and_trailing_empty_lines_are_tolerated(corpus: Corpus) -> None:
    expected = corpus.read()
    for name in ("videos", "annotations", "vocabulary"):
        text = corpus.path(name).read_text(encoding="utf-8")
        corpus.write(name, "\ufeff" + text.replace("\n", "\r\n") + "\r\n\t\r\n")
    for name in ("videos", "annotations", "vocabulary"):
        assert_frame_equal(getattr(corpus.read(), name), getattr(expected, name))


def test_missing_final_newline_cuts_nothing(corpus: Corpus) -> None:
    corpus.write("annotations", ANNOTATIONS.rstrip("\n"))
    assert corpus.read().annotations["end_ms"].tolist()[-1] == 480


def test_unknown_columns_are_kept(corpus: Corpus, tmp_path: Path) -> None:
    corpus.write("annotations", ANNOTATIONS.replace("\n", "\tsure\n").replace("end_ms\tsure", "end_ms\tconfidence"))
    write_tables(corpus.read(), tmp_path / "out")
    again = pd.read_csv(tmp_path / "out/annotations.tsv", sep="\t")
    assert again["confidence"].tolist() == ["sure"] * 3


def test_composed_and_decomposed_glosses_are_the_same(corpus: Corpus) -> None:
    corpus.replace("vocabulary", "NIGHT", "D\u00cdA")
    corpus.replace("annotations", "NIGHT", "DI\u0301A")
    assert corpus.read(strict=True).annotations["sign"].tolist()[1] == "D\u00cdA"


def test_vocabulary_is_derived_in_alphabetical_order(corpus: Corpus) -> None:
    corpus.replace("annotations", "DAY", "ZEBRA")
    tables = read_tables(corpus.path("videos"), corpus.path("annotations"))
    assert tables.vocabulary.to_dict("list") == {"class_id": [0, 1, 2], "sign": ["DAY", "NIGHT", "ZEBRA"]}


def test_vocabulary_comes_in_the_order_of_class_ids(corpus: Corpus) -> None:
    corpus.write("vocabulary", "sign\tclass_id\nNIGHT\t1\nDAY\t0\n")
    assert corpus.read().vocabulary["sign"].tolist() == ["DAY", "NIGHT"]


def test_missing_file(corpus: Corpus) -> None:
    corpus.path("annotations").unlink()
    refused(corpus, "annotations.tsv", "there is no such file", "Check the path")


def test_file_in_another_encoding(corpus: Corpus) -> None:
    corpus.path("annotations").write_bytes(ANNOTATIONS.replace("DAY", "DÍA").encode("latin-1"))
    refused(corpus, "annotations.tsv", "UTF-8")


def test_open_quotation_mark(corpus: Corpus) -> None:
    corpus.replace("annotations", "NIGHT", '"NIGHT')
    refused(corpus, "annotations.tsv, line", "quotation mark")


def test_line_break_in_a_cell(corpus: Corpus) -> None:
    corpus.replace("annotations", "NIGHT", '"NI\nGHT"')
    refused(corpus, "annotations.tsv, line 3", "line break")


def test_empty_line_between_rows(corpus: Corpus) -> None:
    corpus.replace("annotations", "ann_1\tNIGHT", "\nann_1\tNIGHT")
    refused(corpus, "annotations.tsv, line 3", "empty")


def test_more_cells_than_columns(corpus: Corpus) -> None:
    corpus.replace("annotations", "\t400", "\t400\t5")
    refused(corpus, "annotations.tsv, line 2", "more cells than the 4 columns")


@pytest.mark.parametrize(
    ("name", "column"), [("videos", "signer"), ("videos", "path"), ("annotations", "end_ms"), ("vocabulary", "sign")]
)
def test_missing_column(corpus: Corpus, name: str, column: str) -> None:
    corpus.replace(name, column, f"other_{column}")
    refused(corpus, f"{name}.tsv", f"column {column} is missing", f"other_{column}")


def test_column_twice(corpus: Corpus) -> None:
    corpus.replace("videos", "signer", "video")
    refused(corpus, "videos.tsv, line 1", "'video'", "twice")


@pytest.mark.parametrize("name", ["videos", "annotations", "vocabulary"])
def test_table_without_rows(corpus: Corpus, name: str) -> None:
    corpus.write(name, corpus.path(name).read_text(encoding="utf-8").split("\n")[0] + "\n")
    refused(corpus, f"{name}.tsv", "no rows")


@pytest.mark.parametrize("name", ["videos", "annotations", "vocabulary"])
def test_empty_file(corpus: Corpus, name: str) -> None:
    corpus.write(name, "")
    refused(corpus, f"{name}.tsv", "is empty")


@pytest.mark.parametrize("bad", ["bob 1", "../bob", "bob.mp4", ""])
def test_bad_video_name(corpus: Corpus, bad: str) -> None:
    corpus.replace("videos", "bob_1\t", f"{bad}\t")
    refused(corpus, "videos.tsv, line 3", f"video is {bad!r}", "letters, digits, _ and - only")


def test_video_twice(corpus: Corpus) -> None:
    corpus.replace("videos", "bob_1\t", "ann_1\t")
    refused(corpus, "videos.tsv, line 3", "'ann_1'", "each video once")


def test_unknown_split(corpus: Corpus) -> None:
    corpus.replace("videos", "\ttest\t", "\ttesting\t")
    refused(corpus, "videos.tsv, line 3", "split is 'testing'", "train, val, test, predict")


@pytest.mark.parametrize(
    ("hand", "known"), [("left", True), ("R", True), ("", True), ("both", False), ("links", False)]
)
def test_handedness_is_left_right_or_unknown(corpus: Corpus, hand: str, known: bool) -> None:
    corpus.write("videos", f"video\tpath\tsplit\tsigner\thandedness\nann_1\ta\ttrain\t\t{hand}\n")
    corpus.write("annotations", ANNOTATIONS.replace("bob", "ann"))
    if known:
        assert corpus.read().videos["handedness"].tolist() == [hand]
    else:
        refused(corpus, "videos.tsv, line 2", f"handedness is '{hand}'", "left, right or nothing")


@pytest.mark.parametrize(("start", "end"), [("x", ""), ("-40", ""), ("1.5", "2"), ("80", "80")])
def test_bad_part_of_a_video(corpus: Corpus, start: str, end: str) -> None:
    corpus.write("videos", f"video\tpath\tsplit\tsigner\tstart_ms\tend_ms\nann_1\ta\ttrain\t\t{start}\t{end}\n")
    corpus.write("annotations", ANNOTATIONS.replace("bob", "ann"))
    refused(corpus, "videos.tsv, line 2", "_ms is")


@pytest.mark.parametrize(("start", "end"), [("", ""), ("0", "40"), ("", "40"), ("40", "")])
def test_part_of_a_video(corpus: Corpus, start: str, end: str) -> None:
    corpus.write("videos", f"video\tpath\tsplit\tsigner\tstart_ms\tend_ms\nann_1\ta\ttrain\t\t{start}\t{end}\n")
    corpus.write("annotations", ANNOTATIONS.replace("bob", "ann"))
    assert corpus.read().videos.loc[0, ["start_ms", "end_ms"]].tolist() == [start, end]


@pytest.mark.parametrize("bad", ["1200.5", "1200.0", "soon", "", "1e3", "1 200"])
def test_time_that_is_no_whole_number(corpus: Corpus, bad: str) -> None:
    corpus.replace("annotations", "1200", bad)
    refused(corpus, "annotations.tsv, line 3", f"end_ms is {bad!r}", "whole number")


@pytest.mark.parametrize("end", ["800", "799"])
def test_sign_that_ends_before_it_starts(corpus: Corpus, end: str) -> None:
    corpus.replace("annotations", "1200", end)
    refused(corpus, "annotations.tsv, line 3", f"end_ms is {end}", "more than start_ms")


def test_negative_time(corpus: Corpus) -> None:
    corpus.replace("annotations", "\t800", "\t-800")
    refused(corpus, "annotations.tsv, line 3", "start_ms is -800", "0 or more")


def test_annotation_of_an_unknown_video(corpus: Corpus) -> None:
    corpus.replace("annotations", "bob_1", "bob_2")
    refused(corpus, "annotations.tsv, line 4", "'bob_2'", "videos.tsv")


def test_annotation_without_a_gloss(corpus: Corpus) -> None:
    corpus.replace("annotations", "NIGHT", "")
    refused(corpus, "annotations.tsv, line 3", "sign is ''", "a gloss")


def test_gloss_outside_the_vocabulary_is_a_warning(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    corpus.replace("annotations", "NIGHT", "NOON")
    with caplog.at_level(logging.WARNING):
        tables = corpus.read()
    assert "1 annotations are left out" in caplog.text
    assert "NOON (1)" in caplog.text
    assert check(tables) == [caplog.records[0].getMessage()]


def test_gloss_outside_the_vocabulary_is_an_error_when_strict(corpus: Corpus) -> None:
    corpus.replace("annotations", "NIGHT", "NOON")
    refused(corpus, "annotations.tsv, line 3", "'NOON'", "vocabulary.tsv", strict=True)


def test_alias_is_in_the_vocabulary(corpus: Corpus) -> None:
    corpus.replace("annotations", "DAY", "TODAY")
    assert check(corpus.read(strict=True)) == []


@pytest.mark.parametrize("bad", ["0", "2", "-1"])
def test_class_ids_are_each_number_once(corpus: Corpus, bad: str) -> None:
    corpus.replace("vocabulary", "1\tNIGHT", f"{bad}\tNIGHT")
    refused(corpus, "vocabulary.tsv, line 3", f"class_id is {bad}")


@pytest.mark.parametrize(("old", "new"), [("NIGHT", "DAY"), ("NIGHT", "TODAY"), ("DAYTIME", "NIGHT"), ("TODAY", "DAY")])
def test_gloss_or_alias_twice(corpus: Corpus, old: str, new: str) -> None:
    corpus.replace("vocabulary", old, new)
    refused(corpus, "vocabulary.tsv, line", repr(new), "each gloss once")


def test_sign_without_a_gloss(corpus: Corpus) -> None:
    corpus.replace("vocabulary", "NIGHT", "")
    refused(corpus, "vocabulary.tsv, line 3", "sign is ''")


def test_ten_errors_are_listed_and_the_rest_counted(corpus: Corpus) -> None:
    corpus.write("annotations", ANNOTATIONS + "bob_1\tDAY\t9\t8\n" * 13)
    with pytest.raises(InputError) as error:
        corpus.read()
    assert len(re.findall(r"line \d+", str(error.value))) == 10
    assert "3 more" in str(error.value)


def test_video_file_missing(corpus: Corpus) -> None:
    media = corpus.folder / "media"
    media.mkdir()
    (media / "ann_1.mp4").touch()
    with pytest.raises(InputError, match=r"videos\.tsv, line 3: video bob_1 .*media/bob_1\.mp4") as error:
        check_media(corpus.read())
    assert "ann_1" not in str(error.value)
    (media / "bob_1.mp4").touch()
    check_media(corpus.read())


def with_annotation(corpus: Corpus, annotation: str) -> None:
    corpus.replace("videos", "signer\n", "signer\tannotation\n")
    corpus.replace("videos", "\tbob\n", f"\tbob\t{annotation}\n")
    (corpus.folder / "media").mkdir()
    for video in ("ann_1", "bob_1"):
        (corpus.folder / f"media/{video}.mp4").touch()


def test_elan_documents_are_relative_to_their_table(corpus: Corpus, tmp_path: Path) -> None:
    with_annotation(corpus, "eaf/bob_1.eaf")
    (corpus.folder / "eaf").mkdir()
    (corpus.folder / "eaf/bob_1.eaf").touch()
    tables = corpus.read()
    check_media(tables)
    assert tables.videos["annotation"].tolist() == ["", str(corpus.folder / "eaf/bob_1.eaf")]
    write_tables(tables, tmp_path / "elsewhere")
    again = read_tables(*(tmp_path / f"elsewhere/{name}.tsv" for name in ("videos", "annotations", "vocabulary")))
    assert again.videos["annotation"].tolist() == tables.videos["annotation"].tolist()


@pytest.mark.parametrize("annotation", ["bob_1.eaf", "videos.tsv", "media"])
def test_elan_document_missing_or_none(corpus: Corpus, annotation: str) -> None:
    with_annotation(corpus, annotation)
    message = rf"videos\.tsv, line 3: video bob_1 has the annotation '\S*{annotation}', expected an \.eaf file"
    with pytest.raises(InputError, match=message):
        check_media(corpus.read())


NAMES = st.from_regex(r"[\w-]{1,8}", fullmatch=True).map(nfc).filter(lambda name: re.fullmatch(r"[\w-]+", name))
CELLS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=8).map(nfc)
GLOSSES = CELLS.filter(lambda gloss: gloss and "|" not in gloss)


@st.composite
def corpora(draw: st.DrawFn) -> Tables:
    videos = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=folded))
    signs = draw(st.lists(GLOSSES, min_size=1, max_size=4, unique=True))
    times = st.tuples(st.integers(0, 10**6), st.integers(1, 10**4))
    rows = draw(
        st.lists(st.tuples(st.sampled_from(videos), st.sampled_from(signs), times, CELLS), min_size=1, max_size=6)
    )
    return Tables(
        pd.DataFrame(
            [
                (video, f"/media/{i}.mp4", draw(st.sampled_from(["train", "val", "test", "predict"])), draw(CELLS))
                for i, video in enumerate(videos)
            ],
            columns=["video", "path", "split", "signer"],
        ),
        pd.DataFrame(
            [(video, sign, start, start + length, note) for video, sign, (start, length), note in rows],
            columns=["video", "sign", "start_ms", "end_ms", "note"],
        ),
        pd.DataFrame({"class_id": range(len(signs)), "sign": signs}),
    )


@settings(deadline=None, max_examples=40)
@given(corpora())
def test_writing_and_reading_gives_the_same(tmp_path_factory: pytest.TempPathFactory, tables: Tables) -> None:
    folder = tmp_path_factory.mktemp("tables")
    write_tables(tables, folder)
    again = read_tables(folder / "videos.tsv", folder / "annotations.tsv", folder / "vocabulary.tsv", strict=True)
    for name in ("videos", "annotations", "vocabulary"):
        assert_frame_equal(getattr(again, name), getattr(tables, name))


@pytest.mark.parametrize("name", ["videos", "annotations", "vocabulary"])
def test_schemas_admit_right_rows_and_refuse_wrong_ones(corpus: Corpus, name: str) -> None:
    schema = yaml.safe_load((SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    rows = getattr(corpus.read(), name).to_dict("records")
    assert all(validator.is_valid(row) for row in rows)
    if name == "videos":
        assert validator.is_valid(rows[0] | {"side": "left", "crop": ""})
        assert validator.is_valid(rows[0] | {"side": "", "crop": "0, 20,640,480"})
        assert not validator.is_valid(rows[0] | {"side": "middle"})
        assert not validator.is_valid(rows[0] | {"crop": "0:20:640:480"})
    wrong = {"videos": {"split": "dev"}, "annotations": {"start_ms": -1}, "vocabulary": {"class_id": "0"}}[name]
    assert not validator.is_valid(rows[0] | wrong)
    for column in schema["required"]:
        assert not validator.is_valid({key: value for key, value in rows[0].items() if key != column})


def test_only_the_used_parts_keep_their_annotations(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    """One crosses the edge of its part and is cut, one lies outside."""
    header, ann, bob = VIDEOS.splitlines()
    corpus.write("videos", f"{header}\tstart_ms\tend_ms\n{ann}\t\t1000\n{bob}\t480\t\n")
    tables = corpus.read()
    assert tables.annotations.to_numpy().tolist() == [["ann_1", "DAY", 0, 400], ["ann_1", "NIGHT", 800, 1000]]
    assert "1 annotations lie outside the parts" in caplog.text
    assert used_parts(tables.videos) == {"ann_1": (0, 1000), "bob_1": (480, None)}


def with_region(corpus: Corpus, side: str, crop: str) -> None:
    header, ann, bob = VIDEOS.splitlines()
    corpus.write("videos", f"{header}\tside\tcrop\n{ann}\t\t\n{bob}\t{side}\t{crop}\n")


@pytest.mark.parametrize(
    ("side", "crop", "message"),
    [
        ("middle", "", "side is 'middle', expected left, right"),
        ("Left", "", "side is 'Left'"),
        ("", "640x480", "crop is '640x480', expected nothing, or x, y, width and height"),
        ("", "0,0,640", "crop is '0,0,640'"),
        ("", "0,0,640,480,1", "crop is '0,0,640,480,1'"),
        ("", "-8,0,640,480", "crop is '-8,0,640,480'"),
        ("", "0,0,640,0", "of 16 px or more"),
        ("", "0.5,0,640,480", "crop is '0.5,0,640,480'"),
        ("", "left", "crop is 'left'"),
        ("left", "0,0,640,480", "expected nothing beside a side"),
    ],
)
def test_bad_part_of_a_picture(corpus: Corpus, side: str, crop: str, message: str) -> None:
    with_region(corpus, side, crop)
    refused(corpus, "videos.tsv, line 3", message)


@pytest.mark.parametrize(("side", "crop", "chosen"), [("right", "", "right"), ("", "0, 8,640,480", "0, 8,640,480")])
def test_part_of_a_picture(corpus: Corpus, side: str, crop: str, chosen: str) -> None:
    with_region(corpus, side, crop)
    assert chosen_regions(corpus.read().videos) == {"ann_1": "", "bob_1": chosen}


def test_whole_videos_have_no_part(corpus: Corpus) -> None:
    assert used_parts(corpus.read().videos) == {"ann_1": (0, None), "bob_1": (0, None)}
