"""The rules of the ELAN annotation format: of its schema and of the stereotypes of its tiers.

Schema: http://www.mpi.nl/tools/elan/EAFv3.0.xsd
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

from signspot.corpus.elan import Elan, Tier
from signspot.corpus.elan_references import REFERENCES, dangling, label, repeated
from signspot.corpus.elan_times import SUBDIVISION, annotations_of

ORDER = (
    "LICENSE",
    "HEADER",
    "TIME_ORDER",
    "TIER",
    "LINGUISTIC_TYPE",
    "LOCALE",
    "LANGUAGE",
    "CONSTRAINT",
    "CONTROLLED_VOCABULARY",
    "LEXICON_REF",
    "REF_LINK_SET",
    "EXTERNAL_REF",
)
"""The elements of a document, in the order in which they must come."""
HEADER_ORDER = ("MEDIA_DESCRIPTOR", "LINKED_FILE_DESCRIPTOR", "PROPERTY")
"""The elements of a header, in the order in which they must come."""

IDS = (
    "TIME_SLOT_ID",
    "ANNOTATION_ID",
    "LANGUAGE_CODE",
    "LANG_ID",
    "STEREOTYPE",
    "LEX_REF_ID",
    "LINK_SET_ID",
    "REF_LINK_ID",
    "EXT_REF_ID",
)
"""Attributes of the XML type ID. Each value is a name in the sense of XML, and no two in a document are equal."""
NAMES = ("TIER_ID", "LINGUISTIC_TYPE_ID", "CV_ID")
"""Attributes whose values differ from other values of the same attribute."""
ALL_REFERENCES = {
    **REFERENCES,
    "LINGUISTIC_TYPE_REF": ("LINGUISTIC_TYPE_ID",),
    "DEFAULT_LOCALE": ("LANGUAGE_CODE",),
    "LANG_REF": ("LANG_ID",),
    "CONSTRAINTS": ("STEREOTYPE",),
    "CONTROLLED_VOCABULARY_REF": ("CV_ID",),
    "CV_REF": ("CV_ID",),
    "LEXICON_REF": ("LEX_REF_ID",),
    "EXT_REF": ("EXT_REF_ID",),
    "REF1": ("ANNOTATION_ID", "REF_LINK_ID"),
    "REF2": ("ANNOTATION_ID", "REF_LINK_ID"),
    "REFS": ("ANNOTATION_ID", "REF_LINK_ID"),
}
"""Attribute that refers -> the attributes that can bear the name."""
REQUIRED = {
    "ANNOTATION_DOCUMENT": ("DATE", "AUTHOR", "VERSION"),
    "MEDIA_DESCRIPTOR": ("MEDIA_URL", "MIME_TYPE"),
    "LINKED_FILE_DESCRIPTOR": ("LINK_URL", "MIME_TYPE"),
    "TIER": ("LINGUISTIC_TYPE_REF",),
    "LINGUISTIC_TYPE": ("LINGUISTIC_TYPE_ID",),
    "LANGUAGE": ("LANG_ID",),
    "CONSTRAINT": ("STEREOTYPE",),
    "CONTROLLED_VOCABULARY": ("CV_ID",),
    "CV_ENTRY_ML": ("CVE_ID",),
    "CVE_VALUE": ("LANG_REF",),
    "EXTERNAL_REF": ("EXT_REF_ID", "TYPE", "VALUE"),
}
"""Element -> the attributes that the schema asks for; :data:`elan_references.REQUIRED` lists further ones."""
TIME_LIMIT = 1 << 32
"""Times are smaller than this: the schema stores them as unsigned numbers of 32 bits."""

REFERRING = (SUBDIVISION, "Symbolic_Association")
"""Stereotypes of tiers whose annotations refer to annotations of the parent tier, and have no times of their own."""


def check(document: Elan) -> list[str]:
    """A message for each rule that a document breaks.

    Lexicon references and entries of external vocabularies are not checked: signspot writes neither, and no annotation
    depends on them.
    """
    root = document.root
    return [*_elements(root), *_names(root), *_times(document), *_tiers(document)]


def _elements(root: Element) -> Iterator[str]:
    header = root.find("HEADER")
    for parent, order in ((root, ORDER), (header, HEADER_ORDER)):
        for before, after in pairwise([] if parent is None else [e.tag for e in parent if e.tag in order]):
            if order.index(before) > order.index(after):
                yield f"{after} comes after {before}"
    for tag in ("HEADER", "TIME_ORDER"):
        if len(root.findall(tag)) != 1:
            yield f"there are {len(root.findall(tag))} elements {tag}, expected one"
    for tag, attributes in REQUIRED.items():
        for element in root.iter(tag):
            yield from (f"{label(element)} has no {name}" for name in attributes if name not in element.attrib)
    for tier in root.findall("TIER"):
        for annotation in annotations_of(tier):
            if annotation.find("ANNOTATION_VALUE") is None:
                yield f"{label(annotation)} has no ANNOTATION_VALUE"


def _names(root: Element) -> Iterator[str]:
    ids = Counter(value for element in root.iter() for key, value in element.attrib.items() if key in IDS)
    yield from (f"the id {name!r} is there {count} times" for name, count in ids.items() if count > 1)
    yield from (f"the id {name!r} is no name: one begins with a letter" for name in ids if not _is_name(name))
    yield from repeated(root, NAMES)
    yield from dangling(root, ALL_REFERENCES)
    for vocabulary in root.iter("CONTROLLED_VOCABULARY"):
        for entry in repeated(vocabulary, ("CVE_ID",)):
            yield f"{label(vocabulary)}: {entry}"


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[^\W\d][\w.-]*", text) is not None


def _times(document: Elan) -> Iterator[str]:
    times = [int(slot.attrib["TIME_VALUE"]) for slot in document.root.iter("TIME_SLOT") if "TIME_VALUE" in slot.attrib]
    yield from (f"the time {time} is not in 0 … {TIME_LIMIT - 1}" for time in times if not 0 <= time < TIME_LIMIT)


def _tiers(document: Elan) -> Iterator[str]:
    types = {e.get("LINGUISTIC_TYPE_ID"): e for e in document.root.iter("LINGUISTIC_TYPE")}
    elements = {e.get("TIER_ID"): annotations_of(e) for e in document.root.findall("TIER")}
    for tier in document.tiers:
        kind = types.get(tier.type)
        if kind is None:
            continue
        stereotype = kind.get("CONSTRAINTS")
        where = f"tier {tier.name!r}"
        if (stereotype is None) != (tier.parent is None):
            yield f"{where}: a tier has a parent if and only if its type has a constraint"
        expected = "REF_ANNOTATION" if stereotype in REFERRING else "ALIGNABLE_ANNOTATION"
        if any(annotation.tag != expected for annotation in elements[tier.name]):
            yield f"{where}: its type asks for {expected} only"
        if (kind.get("TIME_ALIGNABLE", "true") == "true") == (stereotype in REFERRING):
            yield f"{where}: TIME_ALIGNABLE of its type contradicts the constraint {stereotype}"
        if stereotype not in REFERRING:
            yield from _intervals(document, tier, where)
        if tier.parent in elements:
            yield from _references(elements[tier.name], elements[tier.parent], stereotype, where)


def _intervals(document: Elan, tier: Tier, where: str) -> Iterator[str]:
    annotations = document.annotations(tier.name)
    yield from (f"{where}: {a.id} has no length" for a in annotations if a.start_ms >= a.end_ms)
    for before, after in pairwise(annotations):
        if before.end_ms > after.start_ms:
            yield f"{where}: {before.id} and {after.id} overlap"


def _references(
    annotations: Sequence[Element], parents: Sequence[Element], stereotype: str | None, where: str
) -> Iterator[str]:
    there = {parent.get("ANNOTATION_ID") for parent in parents}
    referred = Counter(annotation.get("ANNOTATION_REF") for annotation in annotations)
    yield from (f"{where}: refers to {name}, which its parent tier lacks" for name in referred.keys() - there - {None})
    if stereotype == "Symbolic_Association":
        yield from (f"{where}: {name} has {count} partners" for name, count in referred.items() if count > 1)
