"""Separated text (TSV, CSV) as tables of strings, and messages that name the line."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from signspot.errors import InputError

LISTED = 10
"""So many errors of a kind are listed; the rest are counted."""


def read_rows(path: Path | str, separator: str = "\t") -> pd.DataFrame:
    """All cells of a UTF-8 file as strings without outer spaces, NFC; a byte order mark and CRLF are tolerated.

    Row i of the result stands in line i + 2 of the file; cells missing at the end of a line are empty.

    Raises:
        InputError: there is no such file, it is not UTF-8, or its lines do not fit its header.
    """
    lines = _lines(Path(path), separator)
    header, body = lines[0], lines[1:]
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise InputError(f"{path}, line 1: column {twice!r} is there twice. Rename or remove one.")
    refuse(
        f"{path}, line {number}: {'is empty' if not any(line) else f'has more cells than the {len(header)} columns'}."
        for number, line in enumerate(body, 2)
        if not any(line) or any(line[len(header) :])
    )
    width = len(header)
    return pd.DataFrame([(line + [""] * width)[:width] for line in body], columns=header, dtype=str)


def read_text(path: Path) -> str:
    """Content of a UTF-8 text file, without a byte order mark, every line end as ``\\n``.

    Raises:
        InputError: there is no such file, or it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file. Check the path.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and the permissions.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8. Save the file as UTF-8 text.") from error


def _lines(path: Path, separator: str) -> list[list[str]]:
    """The cells of every line, without the empty lines at the end."""
    reader = csv.reader(io.StringIO(read_text(path)), delimiter=separator, strict=True)
    try:
        lines = [[nfc(cell) for cell in line] for line in reader]
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}. Is a quotation mark left open?") from error
    for number, line in enumerate(lines, 1):
        if any("\n" in cell for cell in line):
            raise InputError(f"{path}, line {number}: a cell holds a line break. Is a quotation mark left open?")
    while lines and not any(lines[-1]):
        lines.pop()
    if not lines:
        raise InputError(f"{path}: is empty. Expected a header and at least one row.")
    return lines


def nfc(text: str) -> str:
    """The one spelling of a name: composed (NFC), no spaces around."""
    return unicodedata.normalize("NFC", text.strip())


def require(table: pd.DataFrame, columns: Sequence[str], name: Path | str) -> None:
    """Checks that the table of file ``name`` has these columns and at least one row.

    Raises:
        InputError: a column or every row is missing.
    """
    for column in columns:
        if column not in table:
            found = ", ".join(map(str, table)) or "none"
            raise InputError(f"{name}: column {column} is missing; there are: {found}. Add it, or rename yours.")
    if table.empty:
        raise InputError(f"{name}: has a header but no rows. Expected at least one.")


def whole_numbers(table: pd.DataFrame, columns: Sequence[str], name: Path | str) -> pd.DataFrame:
    """The table with these columns as int64.

    Raises:
        InputError: lists the cells that hold no whole number.
    """
    is_number = {column: table[column].str.fullmatch(r"-?[0-9]{1,15}") for column in columns}
    refuse(
        problem
        for column in columns
        for problem in bad_cells(table, column, ~is_number[column], name, "a whole number of digits only")
    )
    return table.astype(dict.fromkeys(columns, "int64"))


def bad_cells(table: pd.DataFrame, column: str, where: pd.Series, name: Path | str, expected: str) -> list[str]:
    """One message for each row in which ``where`` holds."""
    cells = table[column].tolist()
    rows = np.flatnonzero(where)
    return [f"{name}, line {row + 2}: {column} is {cells[row]!r}, expected {expected}." for row in rows]


def refuse(problems: Iterable[str]) -> None:
    """Ends the work if there is any problem.

    Raises:
        InputError: the message holds the first ten problems, one per line.
    """
    problems = list(problems)
    if problems:
        rest = [f"… and {len(problems) - LISTED} more of this kind."] if len(problems) > LISTED else []
        raise InputError("\n".join([*problems[:LISTED], *rest, "Correct this and run again."]))
