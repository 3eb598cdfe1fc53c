"""Links of an ELAN document to its media and other files, relative to the folder of the document.

ELAN looks for a medium at MEDIA_URL, then beside the document, then at RELATIVE_MEDIA_URL, relative to the document.
ELAN reads both as plain paths, in which a percent sign stands for itself. Therefore nothing is escaped here.
"""

import logging
import mimetypes
import os
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from signspot.corpus.elan import Elan, Media
from signspot.errors import InputError
from signspot.export.elan_tree import only
from signspot.rows import nfc

log = logging.getLogger(__name__)

RELATIVE = {"RELATIVE_MEDIA_URL", "RELATIVE_LINK_URL"}
"""Attributes that hold relative links."""


def link(root: Element, media: Path, folder: Path, origin_ms: int = 0) -> Media:
    """Adds a link to a document. Both URLs of the link are relative, so that it tells nobody an absolute path.

    Args:
        root: the tree of the document.
        media: the file to link.
        folder: the folder of the document.
        origin_ms: the time of the medium at which the document begins.
    """
    url = seen_from(folder, media)
    medium = Media(url, url, origin_ms, mimetypes.guess_type(media.name)[0] or "unknown")
    element = Element("MEDIA_DESCRIPTOR", MEDIA_URL=url, MIME_TYPE=medium.mime_type, RELATIVE_MEDIA_URL=url)
    if origin_ms:
        element.set("TIME_ORIGIN", str(origin_ms))
    header = only(root, "HEADER")
    header.insert(len(header.findall("MEDIA_DESCRIPTOR")), element)
    return medium


def relink(document: Elan, media: Path, folder: Path) -> Media:
    """Adapts the relative links of a document to another folder, and makes the link of its video lead to ``media``.

    Args:
        document: the document.
        media: the file of the video.
        folder: the folder in which the document will be written.

    Returns:
        The linked medium that is the video. If no linked medium is the video, a link is added and logged.

    Raises:
        InputError: no linked medium is the video, and the linked media begin at different times.
    """
    descriptors = document.root.findall("HEADER/MEDIA_DESCRIPTOR")
    for element in [*descriptors, *document.root.findall("HEADER/LINKED_FILE_DESCRIPTOR")]:
        for attribute in RELATIVE & element.attrib.keys():
            element.set(attribute, _moved(element.attrib[attribute], document.path.parent, folder))
    medium = document.media_of(media)
    if medium is not None:
        if Path(unquote(medium.name)).stem != nfc(unquote(media.stem)):
            log.warning("%s: links %s, which is taken to be %s.", document.path, medium.name, media.name)
        descriptors[document.media.index(medium)].set("RELATIVE_MEDIA_URL", seen_from(folder, media))
        return medium
    origins = {each.origin_ms for each in document.media} or {0}
    if len(origins) > 1:
        names = ", ".join(f"{each.name} (from {each.origin_ms} ms)" for each in document.media)
        raise InputError(
            f"{document.path}: links {names}, none of which is {media.name}. Link it in ELAN (Edit, Linked Files), or "
            "give it the name of the one that it is."
        )
    log.warning("%s: links no %s; the link is added.", document.path, media.name)
    return link(document.root, media, folder, *origins)


def seen_from(folder: Path, file: Path) -> str:
    """The path of a file relative to a folder as ELAN writes it, ``./x.mp4``.

    Symbolic links to folders are resolved, because the system resolves them before it follows ``..``.
    """
    path = os.path.relpath(os.path.join(os.path.realpath(file.parent), file.name), os.path.realpath(folder))
    return path if path.startswith("../") else f"./{path}"


def _moved(url: str, old: Path, new: Path) -> str:
    """A relative URL of a document in ``old``, adapted to the folder ``new``; an absolute URL stays."""
    path = url.removeprefix("file:/").replace("\\", "/")
    if not path or path.startswith("/") or re.match(r"[A-Za-z][A-Za-z+.-]*:", path):
        return url
    return seen_from(new, old / path)
