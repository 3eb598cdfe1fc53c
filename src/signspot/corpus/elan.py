"""ELAN documents (.eaf): tiers, annotations with their times, linked media, controlled vocabularies.

A document is read once into its XML tree, comments included. Everything else here is derived from the tree. Code that
writes the document again adds to the tree, so that nothing is lost. Comments outside the root element are the only
exception: ELAN neither writes nor keeps such comments.
"""

import logging
import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from signspot.corpus.elan_references import damage, label
from signspot.corpus.elan_times import annotations_of, intervals
from signspot.errors import InputError
from signspot.rows import nfc, refuse

log = logging.getLogger(__name__)

FORMATS = ("2.6", "2.7", "2.8", "3.0")
"""Versions of the EAF format that this module can read."""
SOUND_SUFFIXES = {".wav", ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".wma"}
DEEPEST = 20
"""A document with this many levels of elements is refused: none needs so many, and writing it would overflow."""


@dataclass(frozen=True)
class ElanAnnotation:
    """An annotation. Times are in ms of the document, end exclusive; the value is exactly that of the file."""

    id: str
    start_ms: int
    end_ms: int
    value: str


@dataclass(frozen=True)
class Tier:
    """A tier: its name, its linguistic type, its participant ("" if none is given), the name of its parent tier."""

    name: str
    type: str
    participant: str
    parent: str | None


@dataclass(frozen=True)
class Media:
    """A linked medium.

    Args:
        url: the URL as in the file.
        relative_url: the relative URL as in the file; "" if absent.
        origin_ms: TIME_ORIGIN, the time of the medium in ms at which the document begins. ELAN plays the medium at
            (time of the document) + TIME_ORIGIN.
        mime_type: the type of the medium.
    """

    url: str
    relative_url: str
    origin_ms: int
    mime_type: str

    @property
    def name(self) -> str:
        """The file name at the end of the URL, in NFC; slashes and backslashes separate folders."""
        return nfc(PurePosixPath((self.url or self.relative_url).replace("\\", "/")).name)

    @property
    def is_sound(self) -> bool:
        """Whether the medium has no picture, as its suffix tells, or its type where nobody knows the suffix."""
        if PurePosixPath(self.name).suffix.lower() in SOUND_SUFFIXES:
            return True
        guessed = mimetypes.guess_type(self.name)[0] or ""
        return self.mime_type.startswith("audio") and not guessed.startswith("video")

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of the folders in which the file lies by either URL, in NFC."""
        urls = (nfc(unquote(url).replace("\\", "/")) for url in (self.url, self.relative_url) if url)
        return tuple(filter(None, (PurePosixPath(url).parent.name for url in urls)))

    @property
    def stem(self) -> str:
        """The file name without suffix, ``%20`` read as a space, in NFC; that of the relative URL if there is one."""
        return nfc(PurePosixPath(unquote(self.relative_url or self.url).replace("\\", "/")).stem)

    def video_ms(self, document_ms: int) -> int:
        """The time of the medium, in ms, at a time of the document."""
        return document_ms + self.origin_ms

    def document_ms(self, video_ms: int) -> int:
        """The time of the document, in ms, at a time of the medium; negative before the document begins."""
        return video_ms - self.origin_ms


@dataclass(frozen=True)
class ControlledVocabulary:
    """A controlled vocabulary of a document.

    Args:
        name: its name.
        values: the values by language, in the order of the entries; before EAF 2.8, the language is "".
        external: the URL of the file of an external vocabulary, which has no values here. The file is never fetched.
    """

    name: str
    values: Mapping[str, tuple[str, ...]]
    external: str | None = None


@dataclass(frozen=True, eq=False)
class Elan:
    """A document. ``root`` is its tree; tiers, media and vocabularies are derived from the tree, in file order."""

    path: Path
    root: Element
    tiers: tuple[Tier, ...]
    media: tuple[Media, ...]
    vocabularies: tuple[ControlledVocabulary, ...]
    _annotations: Mapping[str, Sequence[ElanAnnotation]]

    @classmethod
    def read(cls, path: Path | str) -> "Elan":
        """Reads an .eaf of format 2.6 to 3.0 in any encoding that XML knows. No file that it refers to is opened.

        Raises:
            InputError: the file is missing, or is no ELAN document. It declares a document type or entities, which is
                refused. Its times are not in milliseconds. Or names or references are broken; the message lists them.
        """
        path = Path(path)
        root = _parse(path)
        refuse(f"{path}: {fault}. Open it in ELAN and save it, or mend it by hand." for fault in damage(root))
        if root.get("FORMAT", FORMATS[-1]) not in FORMATS:
            log.warning("%s: FORMAT is %s; it is read as if it were %s.", path, root.get("FORMAT"), FORMATS[-1])
        header = root.find("HEADER")
        units = "milliseconds" if header is None else header.get("TIME_UNITS", "milliseconds")
        if units != "milliseconds":
            raise InputError(f"{path}: TIME_UNITS of HEADER is {units!r}, expected milliseconds. Save it in ELAN.")
        tiers = tuple(
            Tier(
                e.get("TIER_ID", ""),
                e.get("LINGUISTIC_TYPE_REF", ""),
                e.get("PARTICIPANT", ""),
                e.get("PARENT_REF") or None,
            )
            for e in root.findall("TIER")
        )
        media = tuple(
            Media(
                e.get("MEDIA_URL", ""),
                e.get("RELATIVE_MEDIA_URL", ""),
                _ms(e, "TIME_ORIGIN", path) or 0,
                e.get("MIME_TYPE", ""),
            )
            for e in root.findall("HEADER/MEDIA_DESCRIPTOR")
        )
        return cls(path, root, tiers, media, _vocabularies(root), _annotations(root, path))

    def annotations(self, tier: str) -> list[ElanAnnotation]:
        """The annotations of a tier in order of time.

        An annotation may refer to a parent annotation. Then it has the times of its parent (symbolic association), or
        an equal part of them in the order of PREVIOUS_ANNOTATION (symbolic subdivision). Time slots without a time lie
        evenly between their neighbours, as in ELAN. An annotation ends before it begins if the file says so.

        Raises:
            InputError: the document has no such tier; the message lists its tiers.
        """
        if tier not in self._annotations:
            there = ", ".join(repr(each.name) for each in self.tiers) or "none"
            raise InputError(f"{self.path}: has no tier {tier!r}; its tiers are: {there}. Correct the name.")
        return sorted(self._annotations[tier], key=lambda annotation: (annotation.start_ms, annotation.end_ms))

    def media_of(self, video: Path | str) -> Media | None:
        """The linked medium that is this video: see :meth:`link_of`; else the only one that is no sound."""
        films = self._films
        return self.link_of(video) or (films[0] if len(films) == 1 else None)

    @property
    def _films(self) -> list[Media]:
        return [medium for medium in self.media if not medium.is_sound]

    def link_of(self, video: Path | str) -> Media | None:
        """The linked medium that bears the name of this video: with its suffix, else without; None if there is none.

        Of several media of one name, that in the folder of the name of the video's folder is meant. Sounds are none.
        """
        wanted = Path(nfc(str(video)))
        named = [medium for medium in self._films if wanted.name in (medium.name, unquote(medium.name))]
        stemmed = [medium for medium in self._films if wanted.stem == PurePosixPath(unquote(medium.name)).stem]
        return min(named or stemmed, key=lambda medium: wanted.parent.name not in medium.folders, default=None)


def _parse(path: Path) -> Element:
    builder = TreeBuilder(insert_comments=True, insert_pis=True)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(path.read_bytes())
        root = parser.close()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file. Check the path.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and the permissions.") from error
    except DefusedXmlException as error:
        raise InputError(
            f"{path}: declares a document type or entities, which ELAN never writes; refused, for they can read other "
            "files or fill the memory. Remove the <!DOCTYPE …> if you trust the file."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise InputError(f"{path}: is not well-formed XML ({error}). Is it an .eaf, and complete?") from error
    if root.tag != "ANNOTATION_DOCUMENT":
        raise InputError(f"{path}: its root element is {root.tag}, expected ANNOTATION_DOCUMENT. Is it an .eaf?")
    if root.find("/".join("*" * DEEPEST)) is not None:
        raise InputError(f"{path}: nests elements {DEEPEST} deep, where ELAN needs 4. Is it an .eaf?")
    return root


def _ms(element: Element, attribute: str, path: Path) -> int | None:
    """The time in an attribute, in ms; None if the attribute is absent."""
    text = element.get(attribute)
    if text is not None and not re.fullmatch(r"-?[0-9]{1,15}", text.strip()):
        raise InputError(f"{path}: {attribute} of {label(element)} is {text!r}, expected a whole number of ms.")
    return None if text is None else int(text)


def _vocabularies(root: Element) -> tuple[ControlledVocabulary, ...]:
    urls = {e.get("EXT_REF_ID"): e.get("VALUE", "") for e in root.iter("EXTERNAL_REF")}
    elements = root.findall("CONTROLLED_VOCABULARY")
    return tuple(ControlledVocabulary(e.get("CV_ID", ""), _values(e), urls.get(e.get("EXT_REF"))) for e in elements)


def _values(vocabulary: Element) -> dict[str, tuple[str, ...]]:
    """Values by language of ``CV_ENTRY_ML`` (since EAF 2.8) and ``CV_ENTRY`` (before)."""
    values: dict[str, list[str]] = {}
    for value in [*vocabulary.findall("CV_ENTRY"), *vocabulary.findall("CV_ENTRY_ML/CVE_VALUE")]:
        values.setdefault(value.get("LANG_REF", ""), []).append(value.text or "")
    return {language: tuple(there) for language, there in values.items()}


def _annotations(root: Element, path: Path) -> dict[str, list[ElanAnnotation]]:
    """The annotations of every tier, in file order."""
    slots = {e.attrib["TIME_SLOT_ID"]: _ms(e, "TIME_VALUE", path) for e in root.iter("TIME_SLOT")}
    try:
        times = intervals(root, slots)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    return {
        tier.get("TIER_ID", ""): [
            ElanAnnotation(name, *times[name], annotation.findtext("ANNOTATION_VALUE") or "")
            for annotation in annotations_of(tier)
            for name in (annotation.attrib["ANNOTATION_ID"],)
        ]
        for tier in root.findall("TIER")
    }
