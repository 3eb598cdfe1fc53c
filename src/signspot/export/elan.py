"""Writes spottings as tiers of an ELAN document, of a new document or of the annotator's, whose content stays."""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import pandas as pd

from signspot import __version__
from signspot.corpus.cameras import SignerNames, owners
from signspot.corpus.elan import Elan, Media
from signspot.corpus.elan_rules import check
from signspot.export.elan_links import link, relink, seen_from
from signspot.export.elan_tiers import SpottedInterval, add_tiers
from signspot.export.elan_tree import new_document, text_of
from signspot.files import finished
from signspot.rows import nfc, refuse

log = logging.getLogger(__name__)

SPOTTED = "signspot:"
"""How the names of all tiers begin that signspot writes."""
OVERLAPPING = "overlapping"
"""What stands in the names of further tiers, behind the name of the tier whose spottings theirs overlap."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


@dataclass(frozen=True)
class SpottingSource:
    """Where spottings come from.

    Args:
        name: the name of the run or of the model.
        vocabulary: its glosses, in the order of class ids.
        model: the hash of the model; "" if unknown.
    """

    name: str
    vocabulary: Sequence[str]
    model: str = ""

    @property
    def tier(self) -> str:
        """The name of the tier of spottings."""
        return f"{SPOTTED}{self.name}"

    @property
    def provenance(self) -> str:
        """What a document says about the origin of the spottings."""
        return f"signspot {__version__}, run {self.name}" + (f", model {self.model}" if self.model else "")


def write_elan(
    spottings: pd.DataFrame, path: Path, media: Path, source: SpottingSource, original: Path | None = None
) -> None:
    """Writes an .eaf with a tier of spottings, ``signspot:RUN``, and one of their scores, ``signspot:RUN:score``.

    The content of the original document stays: tiers, ids, comments, order. Two things change: relative links are
    adapted to the new folder, and ``lastUsedAnnotationId`` is raised. Where the document has several participants and
    the video shows one of them alone, the new tiers bear that participant. If the original has a tier of this name, the
    new tiers are called ``signspot:RUN:2`` and so on: somebody may have corrected the old tier. A tier cannot hold two
    spottings that overlap: the later one goes to a further pair of tiers, named ``signspot:RUN:overlapping``.

    Args:
        spottings: spottings of one video: sign, start_ms, end_ms, score, in times of the video. Spottings before the
            start of the document (TIME_ORIGIN) are cut or left out, and logged.
        path: the .eaf to write.
        media: the file of the video.
        source: where the spottings come from.
        original: the annotator's document of this video; None for a new document.

    Raises:
        InputError: the original cannot be read, or does not tell where the video begins. Or a spotting has no length,
            or holds a character that XML does not know.
    """
    rows = spottings.sort_values("start_ms", kind="stable")
    _check_rows(rows, path, [source.provenance, seen_from(path.parent, media)])
    root, medium, participant, faults = _opened(original, media, path.parent)
    glosses = dict.fromkeys([*source.vocabulary, *rows["sign"]])
    first, *others = _apart(_in_document(rows, medium, path))
    name = add_tiers(root, first, source.tier, glosses, source.provenance, participant)
    if name != source.tier:
        log.warning("%s: has a tier %s, which stays as it is; the spottings are in %s.", original, source.tier, name)
    for spotted in others:
        further = add_tiers(root, spotted, f"{name}:{OVERLAPPING}", glosses, source.provenance, participant)
        log.warning("%s: %d spottings overlap others; they are in the tier %s.", path, len(spotted), further)
    with finished(path) as part:
        part.write_text(text_of(root), encoding="utf-8")
        refuse(f"{path}: {fault}. Please report this." for fault in check(Elan.read(part)) if fault not in faults)


def _opened(original: Path | None, media: Path, folder: Path) -> tuple[Element, Media, str, list[str]]:
    """The tree to add to, the medium that is the video, who is in it, and the rules that the original breaks."""
    if original is None:
        root = new_document()
        return root, link(root, media, folder), "", []
    document = Elan.read(original)
    faults = check(document)
    if faults:
        log.warning("%s: breaks rules of the format, as: %s. That is left as it is.", original, faults[0])
    medium = relink(document, media, folder)
    return document.root, medium, _participant(document, medium, media), faults


def _participant(document: Elan, medium: Media, video: Path) -> str:
    """Which of several participants a video shows alone; "" if there are no several, or nobody knows."""
    people = list(dict.fromkeys(nfc(tier.participant) for tier in document.tiers if tier.participant))
    others = [each for each in document.media if each is not medium]
    names, folders = [each.stem for each in others], ["".join(each.folders[:1]) for each in others]
    signers = [SignerNames("", person) for person in people]
    *_, owner = owners(signers, [*names, nfc(video.stem)], [*folders, nfc(video.absolute().parent.name)])
    return "" if owner is None or len(people) < 2 else people[owner]


def _check_rows(rows: pd.DataFrame, path: Path, texts: Iterable[str]) -> None:
    """Refuses spottings that no tier can hold."""
    spotted = list(rows[["sign", "start_ms", "end_ms"]].itertuples(index=False, name=None))
    refuse(
        [
            *(
                f"{path}: {sign} from {start} to {end} ms has no length."
                for sign, start, end in spotted
                if start >= end
            ),
            *(
                f"{path}: {text!r} holds a character that XML does not know. Rename it."
                for text in [*dict.fromkeys(rows["sign"]), *texts]
                if NOT_XML.search(text)
            ),
        ]
    )


def _apart(spotted: Sequence[SpottedInterval]) -> list[list[SpottedInterval]]:
    """The spottings, in order of time, shared out so that none overlap within a share; as few shares as can be."""
    shares: list[list[SpottedInterval]] = [[]]
    for each in spotted:
        free = next((share for share in shares if not share or share[-1].end_ms <= each.start_ms), None)
        if free is None:
            shares.append(free := [])
        free.append(each)
    return shares


def _in_document(rows: pd.DataFrame, medium: Media, path: Path) -> list[SpottedInterval]:
    """The spottings in times of the document, without what lies before its start."""
    spotted = [
        SpottedInterval(medium.document_ms(int(row.start_ms)), medium.document_ms(int(row.end_ms)), row.sign, row.score)
        for row in rows.itertuples()
    ]
    inside = [each._replace(start_ms=max(each.start_ms, 0)) for each in spotted if each.end_ms > 0]
    cut = sum(each.start_ms < 0 < each.end_ms for each in spotted)
    if cut or len(inside) < len(spotted):
        log.warning(
            "%s: the document begins %d ms into the video; %d spottings before that are left out, %d are cut.",
            path,
            medium.origin_ms,
            len(spotted) - len(inside),
            cut,
        )
    return inside
