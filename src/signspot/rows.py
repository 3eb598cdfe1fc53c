"""Separated text (TSV, CSV) as tables of strings, and messages that name the line."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from signspot.errors import InputError, bare
from signspot.files import open_regular

LISTED = 10
"""A message lists this many problems of a kind and counts the rest."""
MOST_COLUMNS = 1000
"""Of a table. Millions fit into a small file, and would take minutes."""
BLOCK = 2_500
"""Rows of a block."""


def read_rows(path: Path | str, separator: str = "\t") -> pd.DataFrame:
    """The table of a UTF-8 file. All cells are strings in NFC without outer spaces, so a video may be called ``NA``.

    Row i of the table is line i + 2 of the file. Cells missing at the end of a line are empty. A byte order mark and
    CRLF are tolerated.

    Raises:
        InputError: the file is missing, is not UTF-8, or has a line that does not fit its header.
    """
    lines = _lines(Path(path), separator)
    header = _header(path, lines)
    return _table(path, header, list(lines))


def read_row_blocks(path: Path | str, separator: str = "\t") -> Iterator[pd.DataFrame]:
    """The table of :func:`read_rows` in blocks, one after the other, so that memory need not hold all of it.

    Row i of the whole table has the index i in its block. A table without rows has one block without rows.

    Raises:
        InputError: as for :func:`read_rows`, when the wrong block is read; the message lists what is wrong in it.
    """
    lines = _lines(Path(path), separator)
    header = _header(path, lines)
    for first in count(0, BLOCK):
        body = list(islice(lines, BLOCK))
        if first and not body:
            return
        yield _table(path, header, body, first)


def _header(path: Path | str, lines: Iterator[list[str]]) -> list[str]:
    header = next(lines, None)
    if header is None:
        raise InputError(f"{path}: is empty. Expected a header and at least one row.")
    if len(header) > MOST_COLUMNS:
        raise InputError(f"{path}, line 1: has {len(header)} columns, expected {MOST_COLUMNS} at most. Check the file.")
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise InputError(f"{path}, line 1: column {twice!r} is there twice. Rename or remove one.")
    return header


def _table(path: Path | str, header: Sequence[str], body: Sequence[list[str]], first: int = 0) -> pd.DataFrame:
    """The table of some lines, of which the first one is row ``first`` of the file."""
    refuse(
        f"{path}, line {number}: {'is empty' if not any(line) else f'has more cells than the {len(header)} columns'}."
        for number, line in enumerate(body, first + 2)
        if not any(line) or any(line[len(header) :])
    )
    width = len(header)
    cells = [(line + [""] * width)[:width] for line in body]
    return pd.DataFrame(cells, index=range(first, first + len(body)), columns=header, dtype=str)


def separator_of(path: Path | str, other: str = ",") -> str:
    """The separator of the cells of a file: a tab in a ``.tsv``, ``other`` in any other file."""
    return "\t" if Path(path).suffix.lower() == ".tsv" else other


def read_text(path: Path) -> str:
    """The content of a UTF-8 text file, without a byte order mark, with ``\\n`` as the end of every line.

    Raises:
        InputError: the file is missing, cannot be read, is not UTF-8, or holds a NUL character.
    """
    with _opened(path) as file:
        text = file.read()
    if "\0" in text:
        raise _with_nul(path, text[: text.index("\0")].count("\n") + 1)
    return text


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """A UTF-8 text file; what goes wrong while it is read is told, too."""
    try:
        with open_regular(path) as file:
            try:
                yield io.TextIOWrapper(file, encoding="utf-8-sig")
            except UnicodeDecodeError as error:
                byte = file.tell() - len(error.object) + error.start
                raise InputError(f"{path}: byte {byte} is not UTF-8. Save the file as UTF-8 text.") from error
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file. Check the path.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and the permissions.") from error


def _with_nul(path: Path, line: int) -> InputError:
    return InputError(f"{path}, line {line}: holds a NUL character, which no text has. Save the file as UTF-8 text.")


def _lines(path: Path, separator: str) -> Iterator[list[str]]:
    """The cells of every line; empty lines at the end of the file are left out."""
    with _opened(path) as file:
        reader = csv.reader(_without_nul(path, file), delimiter=separator, strict=True)
        empty: list[list[str]] = []
        try:
            for number, line in enumerate(reader, 1):
                cells = [nfc(cell) for cell in line]
                if any("\n" in cell for cell in cells):
                    raise InputError(
                        f"{path}, line {number}: a cell holds a line break. Is a quotation mark left open?"
                    )
                if not any(cells):
                    empty.append(cells)
                    continue
                yield from empty
                empty.clear()
                yield cells
        except csv.Error as error:
            raise InputError(f"{path}, line {reader.line_num}: {error}. Is a quotation mark left open?") from error


def _without_nul(path: Path, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise _with_nul(path, number)
        yield line


def nfc(text: str) -> str:
    """The text in Unicode's composed form (NFC) without outer spaces, so that equal names have equal characters."""
    return unicodedata.normalize("NFC", text.strip())


FORMULA = re.compile("(^|[;,\t\r\n])(?=\\s*[=+@＝＋－＠﹢﹣﹦﹫-])|^(?=[\t\r])")
"""Where a cell that a spreadsheet takes for a formula begins: at its start, or behind what the spreadsheet of another
country takes for the end of a cell. Full-width and small signs count, which some read as the usual ones."""


_MADE_HARMLESS = re.compile("(^|[;,\t\r\n])'(?=\\s*[=+@＝＋－＠﹢﹣﹦﹫-])|^'(?=[\t\r])")


def for_spreadsheet(text: str) -> str:
    """A text that no spreadsheet computes: an apostrophe stands before all that looks like a formula.

    For tables that people open. Tables that programs read keep their texts.
    """
    return FORMULA.sub(r"\1'", text)


def from_spreadsheet(text: str) -> str:
    """The text for which :func:`for_spreadsheet` gives ``text``; ``text`` itself where there is none."""
    bare, before = text, ""
    while bare != before:  # an apostrophe may stand before another one
        bare, before = _MADE_HARMLESS.sub(r"\1", bare), bare
    return bare if for_spreadsheet(bare) == text else text


def require(table: pd.DataFrame, columns: Sequence[str], name: Path | str) -> None:
    """Checks that a table has these columns and at least one row.

    Args:
        table: the table.
        columns: the columns that it must have.
        name: the file of the table, for the message.

    Raises:
        InputError: a column is missing, or the table has no row.
    """
    for column in columns:
        if column not in table:
            found = bare(", ".join(map(str, table))) or "none"
            raise InputError(f"{name}: column {column} is missing; there are: {found}. Add it, or rename yours.")
    if table.empty:
        raise InputError(f"{name}: has a header but no rows. Expected at least one.")


def whole_numbers(table: pd.DataFrame, columns: Sequence[str], name: Path | str) -> pd.DataFrame:
    """The table with some columns as int64.

    Args:
        table: a table of strings.
        columns: the columns to read as numbers.
        name: the file of the table, for the message.

    Raises:
        InputError: a cell holds no whole number; the message lists such cells.
    """
    is_number = {column: table[column].str.fullmatch(r"-?[0-9]{1,15}") for column in columns}
    refuse(
        problem
        for column in columns
        for problem in bad_cells(table, column, ~is_number[column], name, "a whole number of digits only")
    )
    return table.astype(dict.fromkeys(columns, "int64"))


def scores_of(table: pd.DataFrame, name: Path | str) -> pd.Series:
    """The column ``score`` of a table as float64.

    Raises:
        InputError: a cell holds no number from 0 to 1; the message lists such cells.
    """
    scores = pd.to_numeric(table["score"], errors="coerce")
    refuse(bad_cells(table, "score", ~scores.between(0, 1), name, "a number from 0 to 1"))
    return scores.astype(float)


def bad_cells(table: pd.DataFrame, column: str, where: pd.Series, name: Path | str, expected: str) -> list[str]:
    """One message for each bad cell of a column.

    Args:
        table: the table, whose row of index i is line i + 2 of its file.
        column: the column.
        where: bool by row; true where the cell is bad.
        name: the file of the table, for the message.
        expected: what the cell should be, for the message.
    """
    cells = table[column].tolist()
    rows = np.flatnonzero(where)
    lines = table.index + 2
    return [f"{name}, line {lines[row]}: {column} is {cells[row]!r}, expected {expected}." for row in rows]


def refuse(problems: Iterable[str]) -> None:
    """Raises an error if there is any problem.

    Raises:
        InputError: the message holds the first ten problems, one per line, and the number of the others.
    """
    problems = list(problems)
    if problems:
        rest = [f"… and {len(problems) - LISTED} more of this kind."] if len(problems) > LISTED else []
        raise InputError("\n".join([*problems[:LISTED], *rest, "Correct this and run again."]))
