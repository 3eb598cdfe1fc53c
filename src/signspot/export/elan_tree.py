"""The XML tree of an ELAN document: a new tree, the places of its elements, its text."""

from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from signspot.corpus.elan_rules import ORDER

FORMAT = "3.0"
SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def new_document() -> Element:
    """The tree of a new document without media and tiers; its author is signspot, its date is now."""
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
    """The element with a tag that a document has once; a missing element is made."""
    found = root.find(tag)
    if found is None:
        found = Element(tag)
        insert(root, found)
    return found


def insert(root: Element, element: Element) -> None:
    """Inserts an element behind all elements that must come before it, see :data:`elan_rules.ORDER`."""
    rank = ORDER.index(element.tag)
    places = [place for place, each in enumerate(root, 1) if each.tag in ORDER and ORDER.index(each.tag) <= rank]
    root.insert(max(places, default=0), element)


def text_of(root: Element) -> str:
    """The document as XML for a file in UTF-8, indented as ELAN indents; texts of annotations stay to the letter."""
    ElementTree.indent(root, "    ")
    # A carriage return in text would be read back as a line feed.
    body = ElementTree.tostring(root, encoding="unicode").replace("\r", "&#13;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
