"""Separated text whose separator is not known beforehand, with the comments that ELAN writes into it."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from signspot.corpus.elan import Media
from signspot.errors import InputError
from signspot.intake.formats import OtherFormat
from signspot.intake.texts import read_any_text
from signspot.rows import nfc

SEPARATORS = "\t;,|"
"""Separators that are tried; of those that fit equally well, the first is taken."""
SEPARATOR_NAMES = {"tab": "\t", r"\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}
TRIED = 50
"""So many lines are looked at to find the separator."""
MEDIUM = re.compile(r'"?#(?P<url>.*\S) -- offset: (?P<offset>-?\d+).*')
EXCEL = re.compile(r'"?sep=(?P<separator>.)"?')
"""The first line by which Excel is told the separator."""
DOCUMENT = re.compile(r'"?#(?P<name>.*\.eaf)"?\s*')


class Line(NamedTuple):
    """A line of a sheet: its number in the file, its cells in NFC, and the ELAN document that it comes from ("")."""

    number: int
    cells: list[str]
    document: str = ""


@dataclass
class Sheet:
    """The lines of separated text, without empty ones and comments.

    Args:
        lines: the lines.
        media: the media that comments of ELAN link, by document.
        remarks: what to tell of the file.
    """

    lines: list[Line]
    media: dict[str, list[Media]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def separator_named(text: str) -> str:
    """The separator that a person names, as a character or as a word; "" for none.

    Raises:
        InputError: it is neither one character nor a known word.
    """
    named = SEPARATOR_NAMES.get(text.lower(), text)
    if len(named) > 1:
        raise InputError(f"--separator {text!r}: expected one character, or one of {', '.join(SEPARATOR_NAMES)}.")
    return named


def read_sheet(path: Path, separator: str = "") -> Sheet:
    """The lines of separated text in any usual encoding.

    Args:
        path: the file.
        separator: between cells; "" to find it.

    Raises:
        OtherFormat: the file has no separator.
        InputError: the file is no text, or a quotation mark is left open.
    """
    content, remark = read_any_text(path)
    sheet = Sheet([], remarks=[remark] if remark else [])
    texts: list[tuple[int, str, str]] = []
    document = ""
    for number, line in enumerate(content.split("\n"), 1):
        if found := DOCUMENT.fullmatch(line):
            document = found["name"]
        elif number == 1 and (found := EXCEL.fullmatch(line)):
            separator = separator or found["separator"]
        elif found := MEDIUM.fullmatch(line):
            medium = Media(found["url"], "", int(found["offset"]), "")
            sheet.media.setdefault(document, []).append(medium)
        else:
            texts.append((number, line, document))
    separator = separator or _separator([line for _, line, _ in texts if line.strip()][:TRIED])
    if not separator:
        raise OtherFormat(f"{path}: has no columns separated by tabs, semicolons or commas.")
    for number, line, document in texts:
        cells = _cells(line, separator, f"{path}, line {number}")
        if any(cells):
            sheet.lines.append(Line(number, cells, document))
    if not sheet.lines:
        raise OtherFormat(f"{path}: is empty.")
    return sheet


def _separator(lines: Sequence[str]) -> str:
    """The separator that gives most lines as many cells as the first line has; "" if none gives two cells."""
    best, chosen = (0.0, 0), ""
    for separator in SEPARATORS:
        try:
            widths = [len(cells) for cells in csv.reader(lines, delimiter=separator)]
        except csv.Error:
            continue  # a cell of enormous length: this is no table
        if widths and widths[0] > 1:
            share = Counter(widths)[widths[0]] / len(widths)
            best, chosen = max((best, chosen), ((round(share, 1), widths[0]), separator), key=lambda fit: fit[0])
    return chosen


def _cells(line: str, separator: str, where: str) -> list[str]:
    """The cells of a line. ELAN writes tabs without quotation marks around cells, others write them."""
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error as error:
        if separator != "\t":
            raise InputError(f"{where}: {error}. Is a quotation mark left open?") from error
        cells = line.split(separator)
    return [nfc(cell) for cell in cells]
