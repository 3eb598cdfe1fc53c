"""Texts as tools of annotation save them: in UTF-8, in UTF-16, or in the old encoding of Windows."""

import codecs
from pathlib import Path
from typing import NamedTuple

from signspot.errors import InputError

LARGEST = 64 * 2**20
"""Texts with more bytes than this are refused: the annotations of a corpus have some MB."""
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
OLD = "cp1252"
OLD_ENCODING = (
    "is neither UTF-8 nor UTF-16; it was read as Windows-1252 (Latin-1). If letters are wrong, save it as UTF-8"
)


class Text(NamedTuple):
    """The content of a file, every line ended by ``\\n``, and what to tell of its encoding ("" for nothing)."""

    content: str
    remark: str


def read_any_text(path: Path) -> Text:
    """The content of a text, in whichever of the usual encodings.

    Raises:
        InputError: the file is too large, or no text.
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise InputError(f"{path}: has {size / 2**20:.0f} MB, which is too much for annotations. Take it out.")
    data = path.read_bytes()
    encoding, remark = _encoding(data)
    try:
        content = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is no {encoding}. Is it a text? Save it as UTF-8.") from error
    if "\0" in content:
        raise InputError(f"{path}: holds a character of value 0. Is it a text? Save it as UTF-8.")
    return Text(content.replace("\r\n", "\n").replace("\r", "\n"), remark)


def _encoding(data: bytes) -> tuple[str, str]:
    """The encoding of a text, and what to tell of it."""
    known = next((name for mark, name in BOMS.items() if data.startswith(mark)), None)
    if known:
        return known, ""
    if b"\0" in data:
        return ("utf-16-be" if data[:1] == b"\0" else "utf-16-le"), ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return OLD, OLD_ENCODING
    return "utf-8", ""
