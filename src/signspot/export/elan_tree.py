"""The tree of an ELAN document: where elements go, and its text."""

from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from signspot.corpus.elan_rules import ORDER

FORMAT = "3.0"
SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def new_document() -> Element:
    """A document of today by signspot, with no media and no tiers."""
    attributes = {
        "AUTHOR": "signspot",
        "DATE": datetime.now().astimezone().isoformat(timespec="seconds"),
        "FORMAT": FORMAT,
        "VERSION": FORMAT,
        f"{{{INSTANCE}}}noNamespaceSchemaLocation": SCHEMA,
    }
    root = Element("ANNOTATION_DOCUMENT", attributes)
    SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    SubElement(root, "TIME_ORDER")
    return root


def only(root: Element, tag: str) -> Element:
    """The element of which a document has one; made if it is missing."""
    found = root.find(tag)
    if found is None:
        found = Element(tag)
        insert(root, found)
    return found


def insert(root: Element, element: Element) -> None:
    """Puts an element of a document behind those that must come before it."""
    rank = ORDER.index(element.tag)
    places = [place for place, each in enumerate(root, 1) if each.tag in ORDER and ORDER.index(each.tag) <= rank]
    root.insert(max(places, default=0), element)


def text_of(root: Element) -> str:
    """The document as XML for a file in UTF-8, indented as ELAN does it; text of annotations stays to the letter."""
    ElementTree.indent(root, "    ")
    # A carriage return in text would be read back as a line feed.
    body = ElementTree.tostring(root, encoding="unicode").replace("\r", "&#13;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
