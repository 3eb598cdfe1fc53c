"""Names and references of an ELAN document: missing names, repeated names, and references that lead nowhere."""

from collections import Counter
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

REQUIRED = {
    "TIME_SLOT": ("TIME_SLOT_ID",),
    "TIER": ("TIER_ID",),
    "ALIGNABLE_ANNOTATION": ("ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"),
    "REF_ANNOTATION": ("ANNOTATION_ID", "ANNOTATION_REF"),
}
"""Element -> the attributes that it needs for the times of annotations to be known."""

REFERENCES = {
    "PARENT_REF": ("TIER_ID",),
    "TIME_SLOT_REF1": ("TIME_SLOT_ID",),
    "TIME_SLOT_REF2": ("TIME_SLOT_ID",),
    "ANNOTATION_REF": ("ANNOTATION_ID",),
    "PREVIOUS_ANNOTATION": ("ANNOTATION_ID",),
}
"""Attribute that refers -> the attributes that can bear the name; the times of annotations depend on these."""

BEARERS = {
    attribute: tuple(tag for tag, needed in REQUIRED.items() if attribute in needed)
    for attribute in ("TIME_SLOT_ID", "TIER_ID", "ANNOTATION_ID")
}
"""Attribute that bears a name -> the elements in which it counts."""
SEVERAL = ("EXT_REF", "REFS")
"""Attributes that may hold several names, separated by spaces."""


def damage(root: Element) -> list[str]:
    """A message for each fault that keeps the annotations of a document from being read."""
    missing = [
        f"{label(element)} has no {attribute}"
        for tag, attributes in REQUIRED.items()
        for element in root.iter(tag)
        for attribute in attributes
        if attribute not in element.attrib
    ]
    names = {name for targets in REFERENCES.values() for name in targets}
    return [*missing, *repeated(root, names), *dangling(root, REFERENCES)]


def label(element: Element) -> str:
    """The tag and the name of an element, for messages."""
    names = [value for key, value in element.attrib.items() if key.endswith("_ID")]
    return f"{element.tag} {names[0]!r}" if names else element.tag


def repeated(root: Element, attributes: Collection[str]) -> list[str]:
    """A message for each name that several elements bear in one of these attributes."""
    names = Counter((key, value) for element in root.iter() for key, value in _of(element, attributes))
    return [f"{key} {value!r} is there {count} times" for (key, value), count in names.items() if count > 1]


def dangling(root: Element, references: dict[str, tuple[str, ...]]) -> list[str]:
    """A message for each reference to a name that no element of the document bears."""
    bearers = {name for targets in references.values() for name in targets}
    there = {
        (attribute, name)
        for element in root.iter()
        for attribute, name in _of(element, bearers)
        if element.tag in BEARERS.get(attribute, (element.tag,))
    }
    return [
        f"{label(element)} refers by {key} to {name!r}, which is not there"
        for element in root.iter()
        for key, value in _of(element, references)
        if value
        for name in (value.split() if key in SEVERAL else [value])
        if not any((target, name) in there for target in references[key])
    ]


def _of(element: Element, attributes: Collection[str]) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in element.attrib.items() if key in attributes)
