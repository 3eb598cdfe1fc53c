"""The lists by which WLASL, MS-ASL and AUTSL tell what their clips show."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from signspot.corpus.names import unwritable
from signspot.corpus.tables import SPLITS
from signspot.errors import InputError
from signspot.foreign import read_json_objects
from signspot.intake.signers import Signers, usual_pattern
from signspot.rows import bad_cells, nfc, read_rows, read_text, refuse, require, separator_of, whole_numbers

MOST_BYTES = 256 << 20
SPELLINGS = {"validation": "val", "dev": "val", "valid": "val"}
"""Names of splits in the lists -> our names."""


class ListedClip(NamedTuple):
    """A clip of a list.

    Args:
        where: its place, for messages.
        number: of its class, in the order of the corpus.
        clip: name without suffix of a video that shows the clip alone; "" if there is none.
        longer: name of a video of which the clip is the part from ``start_ms`` to ``end_ms``; "" if there is none.
        end_ms: None for the end of the video.
        split: "" if the list does not tell.
    """

    where: str
    number: int
    sign: str
    clip: str
    longer: str = ""
    start_ms: int = 0
    end_ms: int | None = None
    signer: str = ""
    split: str = ""

    @property
    def name(self) -> str:
        """The name of its video, for messages."""
        return self.clip or self.longer


def read_list(path: Path, split: str = "", classes: Mapping[int, str] | None = None) -> list[ListedClip]:
    """The clips of a list of WLASL (objects with ``instances``), MS-ASL (objects with ``clean_text``) or AUTSL (CSV).

    Args:
        path: the file.
        split: of all clips whose split the list does not tell.
        classes: gloss by class, for AUTSL; without them, the number of a class is its gloss.

    Raises:
        InputError: the file is missing or of another form, or an entry is wrong.
    """
    if path.suffix.lower() != ".json":
        return list(_autsl(path, split, classes))
    try:
        entries = read_json_objects(path, MOST_BYTES)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file. Check the path.") from error
    except ValueError as error:
        raise InputError(f"{path}: {error}. Expected the JSON of WLASL or MS-ASL.") from error
    if entries and all("instances" in entry for entry in entries):
        return list(_wlasl(path, entries, split))
    if entries and all("clean_text" in entry for entry in entries):
        return list(_msasl(path, entries, split))
    raise InputError(f"{path}: expected objects with gloss and instances (WLASL), or with clean_text (MS-ASL).")


def _wlasl(path: Path, entries: Sequence[Mapping[str, Any]], split: str) -> Iterator[ListedClip]:
    for number, entry in enumerate(entries):
        sign = _text(entry, "gloss", f"{path}, entry {number + 1}")
        if not isinstance(entry["instances"], list) or not all(isinstance(each, dict) for each in entry["instances"]):
            raise InputError(f"{path}, {sign}: instances is no list of objects. Check the file.")
        for count, each in enumerate(entry["instances"], 1):
            where = f"{path}, {sign}, instance {count}"
            ms = 1000 / _number(each, "fps", where, 25, least=1)
            first, last = _number(each, "frame_start", where, 1), _number(each, "frame_end", where, -1)
            yield ListedClip(
                *(where, number, sign, _text(each, "video_id", where), _youtube(each)),
                *(round(max(first - 1, 0) * ms), round(last * ms) if last > 0 else None),
                *(_signer(each), checked_split(each.get("split") or split, where)),
            )


def _msasl(path: Path, entries: Sequence[Mapping[str, Any]], split: str) -> Iterator[ListedClip]:
    for count, each in enumerate(entries, 1):
        where = f"{path}, entry {count}"
        longer = _youtube(each)
        if not longer:
            raise InputError(f"{where}: url is {each.get('url')!r}, expected one of YouTube, whose id names the video.")
        # The class bears ``text``; ``clean_text`` may be a synonym of it.
        sign = _text(each, "text" if each.get("text") else "clean_text", where)
        start, end = (round(1000 * _number(each, key, where, least=0)) for key in ("start_time", "end_time"))
        number = int(_number(each, "label", where, least=0))
        yield ListedClip(
            where, number, sign, "", longer, start, end, _signer(each), checked_split(each.get("split") or split, where)
        )


def _autsl(path: Path, split: str, classes: Mapping[int, str] | None) -> Iterator[ListedClip]:
    lines = [(number, line.split(",")) for number, line in enumerate(read_text(path).split("\n"), 1) if line.strip()]
    if lines and len(lines[0][1]) == 2 and not lines[0][1][1].strip().isdecimal():
        lines = lines[1:]  # a header, which the published files do not have
    refuse(
        f"{path}, line {number}: is {','.join(cells)!r}, expected a video and the number of its class, as sample1,41."
        for number, cells in lines
        if len(cells) != 2 or not re.fullmatch("[0-9]{1,9}", cells[1].strip())
    )
    rows = [(f"{path}, line {number}", nfc(video), int(label)) for number, (video, label) in lines]
    if classes is not None:
        refuse(
            f"{where}: class {label} is not in the list of classes." for where, _, label in rows if label not in classes
        )
    signers = Signers(pattern=usual_pattern([video for _, video, _ in rows]))
    for where, video, label in rows:
        sign = str(label) if classes is None else classes[label]
        yield ListedClip(where, label, sign, video, signer=signers.signer(video), split=split)


def read_classes(path: Path, column: str) -> dict[int, str]:
    """Gloss by class, of the class list of AUTSL; class ids may have gaps.

    Args:
        path: a table with ClassId and glosses.
        column: the column of the glosses.

    Raises:
        InputError: the table is missing or wrong, or two classes have one gloss or one number.
    """
    rows = read_rows(path, separator_of(path))
    require(rows, ["ClassId", column], path)
    rows = whole_numbers(rows, ["ClassId"], path)
    refuse(bad_cells(rows, column, rows[column] == "", path, "a gloss"))
    for name, option in (("ClassId", ""), (column, " Name another column by --sign-column.")):
        twice = rows.loc[rows[name].duplicated(), name]
        refuse(f"{path}: {name} {value!r} is there twice, expected each class once.{option}" for value in twice)
    return dict(zip(rows["ClassId"].tolist(), rows[column], strict=True))


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    text = nfc(str(value)) if isinstance(value, str | int) else ""
    if not text or unwritable(text):
        raise InputError(f"{where}: {key} is {value!r}, expected a text. Check the file.")
    return text


def _number(entry: Mapping[str, Any], key: str, where: str, otherwise: float | None = None, least: float = -1) -> float:
    value = entry.get(key, otherwise)
    if not isinstance(value, int | float) or value < least:
        raise InputError(f"{where}: {key} is {value!r}, expected a number of {least:g} or more. Check the file.")
    return value


def _signer(entry: Mapping[str, Any]) -> str:
    """The signer; the lists write -1 for an unknown one."""
    told = entry.get("signer_id", -1)
    return str(told) if isinstance(told, int) and told >= 0 else ""


def checked_split(told: Any, where: str) -> str:
    """Our name of a split that a list tells; "" if it tells none.

    Raises:
        InputError: it is unknown; the message begins with ``where``.
    """
    split = SPELLINGS.get(str(told), str(told))
    if split not in ("", *SPLITS):
        raise InputError(f"{where}: split is {told!r}, expected one of {', '.join(SPLITS)}. Correct it.")
    return split


def _youtube(entry: Mapping[str, Any]) -> str:
    """The id of the video of YouTube that an entry links, which names its file; "" if it links none."""
    url = str(entry.get("url", ""))
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
    except ValueError:
        return ""
    if parts.netloc.endswith("youtu.be"):
        return parts.path.strip("/")
    return parse_qs(parts.query).get("v", [""])[0] if "youtube." in parts.netloc else ""
