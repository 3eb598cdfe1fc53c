"""Texts of tables that people open."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot import rows
from signspot.errors import InputError
from signspot.rows import for_spreadsheet, from_spreadsheet, read_row_blocks, read_rows

BEGINS = re.compile(r"(?:^|[;,\t\r\n])\s*[=+@＝＋－＠﹢﹣﹦﹫-]")


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-HOUSE", "'-HOUSE"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠A1", "'＠A1"),
        ("﹦1", "'﹦1"),
        ("HOUSE;=cmd|'/C calc'!A0", "HOUSE;'=cmd|'/C calc'!A0"),
        ("HOUSE; =1", "HOUSE;' =1"),
        ("HOUSE\t=1", "HOUSE\t'=1"),
        ("HOUSE;＝1", "HOUSE;'＝1"),
        ("A,-B", "A,'-B"),
        (" =1", "' =1"),
        ("\tx", "'\tx"),
    ],
)
def test_formulas_are_made_harmless(text: str, harmless: str) -> None:
    assert for_spreadsheet(text) == harmless


@pytest.mark.parametrize("text", ["HOUSE", "A-B", "1+1", "TREE (1)", "a@b", "DT:ANA;x", "", "*BIEN", "días, más"])
def test_other_texts_stay(text: str) -> None:
    assert for_spreadsheet(text) == text


@given(st.text(st.sampled_from("=+-@＝＋－＠;,\t\r\n aA'"), max_size=12))
def test_nothing_that_begins_a_formula_is_left(text: str) -> None:
    assert not BEGINS.search(for_spreadsheet(text))


@given(st.text("=+-@'; \tab＝", max_size=8))
def test_what_was_made_harmless_is_read_back(text: str) -> None:
    """But for texts that have such an apostrophe themselves."""
    harmless = for_spreadsheet(text)
    assert for_spreadsheet(from_spreadsheet(harmless)) == harmless
    assert "'" in text or from_spreadsheet(harmless) == text


def test_a_table_with_a_nul_character_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "videos.tsv"
    path.write_text("video\tpath\none\tone.mp4\ntwo\t\0two.mp4\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"videos\.tsv, line 3: holds a NUL character"):
        read_rows(path)


@pytest.fixture
def blocks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", 3)


@pytest.mark.usefixtures("blocks_of_three")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_blocks_are_the_table_in_pieces(tmp_path: Path, count: int) -> None:
    path = tmp_path / "videos.tsv"
    path.write_text("\ufeffvideo\tpath\r\n" + "".join(f"v{row}\tNA\r\n" for row in range(count)) + "\n\t\n")
    blocks = list(read_row_blocks(path))
    assert all(len(block) <= 3 for block in blocks)
    pd.testing.assert_frame_equal(pd.concat(blocks), read_rows(path), check_index_type=False)


@pytest.mark.usefixtures("blocks_of_three")
@pytest.mark.parametrize(
    ("line", "content"),
    [
        (1, b"a\ta"),
        (1, b"\t" * 1001),
        (6, b""),
        (6, b"a\tb\tc"),
        (6, b"a\0\tb"),
        (6, b'"a'),
        (6, b'"a\na"\tb'),
        (6, b"\xe9"),
    ],
)
def test_a_block_is_refused_as_the_table_is(tmp_path: Path, line: int, content: bytes) -> None:
    path = tmp_path / "videos.tsv"
    lines = [b"video\tpath"] + 7 * [b"a\tb"]
    lines[line - 1] = content
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(InputError) as whole:
        read_rows(path)
    with pytest.raises(InputError) as pieces:
        list(read_row_blocks(path))
    assert str(pieces.value) == str(whole.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "there is no such file"), (b"", "is empty. Expected a header"), (b"\n\t\n", "is empty. Expected a header")],
)
def test_blocks_of_no_table(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "videos.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        next(read_row_blocks(path))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_byte_that_is_not_utf8_is_counted_from_the_start_of_the_file(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "videos.tsv"
    before = mark + b"video\n" + 50_000 * "é\n".encode()
    path.write_bytes(before + b"\xff\n" + 50_000 * b"a\n")
    with pytest.raises(InputError, match=rf"videos\.tsv: byte {len(before)} is not UTF-8"):
        read_rows(path)
