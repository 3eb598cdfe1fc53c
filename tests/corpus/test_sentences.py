"""The table of sentences: what is read, what is told, what is refused."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from signspot.corpus.sentences import one_line, read_sentences, write_sentences
from signspot.errors import InputError

HEADER = "video\tstart_ms\tend_ms\ttext\n"
VIDEOS = ("ann", "bob")


def written(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "sentences.tsv"
    path.write_text(header + rows, encoding="utf-8")
    return path


def test_a_table_is_read_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path, "bob\t0\t400\tI bought a house.\nann\t400\t900\t NA \nann\t0\t400\t=1+1\n")
    table = read_sentences(path, VIDEOS, {"ann": 900})
    assert table.to_numpy().tolist() == [
        ["bob", 0, 400, "I bought a house."],
        ["ann", 400, 900, "NA"],
        ["ann", 0, 400, "=1+1"],
    ]
    assert table.dtypes[["start_ms", "end_ms"]].tolist() == ["int64", "int64"]
    assert not caplog.records


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("eve\t0\t400\tHi", "line 2: video is 'eve', expected a video of the corpus"),
        ("ann\t0\t400\t", "line 2: text is '', expected the text of the sentence"),
        ("ann\t0\t400", "line 2: text is '', expected the text of the sentence"),
        ("ann\t-1\t400\tHi", "line 2: start_ms is -1, expected 0 or more"),
        ("ann\t400\t400\tHi", "line 2: end_ms is 400, expected more than start_ms"),
        ("ann\t0.5\t400\tHi", "line 2: start_ms is '0.5', expected a whole number"),
        ("ann\t900\t1000\tHi", "line 2: start_ms is 900, expected less than the length of the video"),
        ("ann\t0\t400\tHi\tthere", "line 2: has more cells than the 4 columns"),
        ("", "has a header but no rows"),
    ],
)
def test_wrong_rows_are_refused_with_their_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_sentences(written(tmp_path, row), VIDEOS, {"ann": 900})


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column text is missing"):
        read_sentences(written(tmp_path, "ann\t0\t400\n", "video\tstart_ms\tend_ms\n"), VIDEOS)


def test_sentences_past_the_end_are_cut_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path, "bob\t0\t5000\tHi\nann\t0\t901\tHi\n")
    assert read_sentences(path, VIDEOS, {"ann": 900})["end_ms"].tolist() == [5000, 900]
    assert caplog.messages == [f"{path}, line 3: the sentence ends at 901 ms, its video at 900 ms; it is cut there."]


def test_overlaps_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = "ann\t2000\t3000\tD\nann\t0\t1500\tA\nann\t100\t200\tB\nbob\t0\t900\tX\nann\t1400\t1600\tC\n"
    path = written(tmp_path, rows)
    assert len(read_sentences(path, VIDEOS)) == 5
    assert caplog.messages == [
        f"{path}, line 4: the sentence overlaps that of line 3 in video ann.",
        f"{path}, line 6: the sentence overlaps that of line 3 in video ann.",
    ]


def test_many_overlaps_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    read_sentences(written(tmp_path, "ann\t0\t400\tHi\n" * 15), VIDEOS)
    assert len(caplog.messages) == 11 and caplog.messages[-1] == "… and 4 more of this kind."


sentence = st.tuples(
    st.sampled_from(VIDEOS), st.integers(0, 9000), st.integers(1, 3000), st.text(max_size=20).filter(one_line)
)


@given(st.lists(sentence, min_size=1, max_size=8))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, sentences: list[tuple[str, int, int, str]]
) -> None:
    path = tmp_path_factory.mktemp("written") / "sentences.tsv"
    rows = [(video, start, start + length, one_line(text)) for video, start, length, text in sentences]
    table = pd.DataFrame(rows, columns=["video", "start_ms", "end_ms", "text"])
    write_sentences(table.assign(text=[text for *_, text in sentences]), path)
    assert_frame_equal(read_sentences(path, VIDEOS), table)


@contextmanager
def heard() -> Iterator[list[str]]:
    """The warnings of the reader; caplog would gather those of all examples."""
    told: list[str] = []
    handler, logger = logging.Handler(), logging.getLogger("signspot.corpus.sentences")
    handler.emit = lambda record: told.append(record.getMessage())
    logger.addHandler(handler)
    yield told
    logger.removeHandler(handler)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), min_size=1, max_size=8))
def test_every_sentence_that_overlaps_an_earlier_one_is_told(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[int, int]]
) -> None:
    rows = "".join(f"ann\t{start}\t{start + length}\tHi\n" for start, length in spans)
    with heard() as told:
        read_sentences(written(tmp_path_factory.mktemp("overlaps"), rows), VIDEOS)
    ordered = sorted((start, start + length) for start, length in spans)
    late = [any(end > start for _, end in ordered[:place]) for place, (start, _) in enumerate(ordered)]
    assert len(told) == sum(late)


@pytest.mark.parametrize("name", ["a.srt", "a.VTT", "a.eaf"])
def test_other_files_of_sentences_are_told_how_to_become_a_table(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"is no table of sentences\. Make one .* signspot corpus init"):
        read_sentences(tmp_path / name, ["a"])
