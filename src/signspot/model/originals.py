"""The annotators' ELAN documents of videos that are spotted."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

from signspot.corpus.elan import Elan
from signspot.errors import InputError, SignspotError
from signspot.model.videos import unwritable_videos

log = logging.getLogger(__name__)


def find_originals(paths: Mapping[str, Path], folder: Path | None) -> tuple[dict[str, Path], dict[str, SignspotError]]:
    """The document of each video that has one: that of the same name, else the only one that links the video.

    A document of a conversation links a video of each signer, and is that of all of them.

    Args:
        paths: the videos, by name.
        folder: where the documents lie; None: beside each video.

    Returns:
        The documents, and the errors of videos whose document cannot be read, or whose path no table can hold.
    """
    found, wrong = {}, unwritable_videos(paths)
    linking: dict[Path, list[Elan]] = {}
    for name, video in paths.items():
        place = folder or video.parent
        path = place / f"{video.stem}.eaf"
        if path.is_file():
            try:
                Elan.read(path)
                found[name] = path
            except InputError as error:
                wrong[name] = error
            continue
        if place not in linking:
            linking[place] = list(_readable(place))
        links = [document.path for document in linking[place] if document.link_of(video)]
        if len(links) == 1:
            found[name] = links[0]
        elif links:
            log.warning("%s: is linked in %s; the spottings are added to none.", video, ", ".join(map(str, links)))
    return found, wrong


def _readable(folder: Path) -> Iterator[Elan]:
    for path in sorted(folder.glob("*.eaf")):
        try:
            yield Elan.read(path)
        except InputError as error:
            log.warning("%s", error)
