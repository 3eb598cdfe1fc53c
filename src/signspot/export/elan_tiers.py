"""Adds tiers of spottings to the tree of an ELAN document, whose content stays."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from signspot.corpus.elan_rules import IDS
from signspot.export.elan_tree import insert, only

LANGUAGES_SINCE = "2.8"
"""The first version of the format in which entries of a vocabulary have a value for each language."""
LAST_ID = "lastUsedAnnotationId"
"""The property from which ELAN goes on numbering annotations. If its number is too low, ELAN repeats ids."""
NUMBER = "[0-9]{1,9}"
"""Numbers with which ELAN can count."""
ASSOCIATION = "Symbolic_Association"
ASSOCIATION_MEANS = "1-1 association with a parent annotation"
UNDETERMINED = {
    "LANG_ID": "und",
    "LANG_DEF": "http://cdb.iso.org/lg/CDB-00130975-001",
    "LANG_LABEL": "undetermined (und)",
}
"""The language of glosses, as ELAN writes a language that nobody has determined."""


class SpottedInterval(NamedTuple):
    """A spotting in times of a document: ms, end exclusive; the score is 0..1."""

    start_ms: int
    end_ms: int
    sign: str
    score: float


def add_tiers(
    root: Element,
    spotted: Sequence[SpottedInterval],
    wanted: str,
    glosses: Iterable[str],
    provenance: str,
    participant: str = "",
) -> str:
    """Adds a tier of glosses, a tier of their scores below it, and everything to which these tiers refer.

    Args:
        root: the tree of the document.
        spotted: the spottings, in order of time.
        wanted: the name of the tier of glosses; a number is added if the document has a tier of this name.
        glosses: the vocabulary from which a corrector can pick.
        provenance: the origin of the spottings, which becomes a property of the document.
        participant: who signs; "" if the document does not tell.

    Returns:
        The name of the tier of glosses.
    """
    tiers = {tier.get("TIER_ID", "") for tier in root.iter("TIER")}
    name = _free(wanted, tiers | {tier.removesuffix(":score") for tier in tiers})
    types = {kind.get("LINGUISTIC_TYPE_ID") for kind in root.iter("LINGUISTIC_TYPE")}
    gloss_type, score_type = _free(name, types), _free(f"{name}:score", types)
    gloss_tier = Element("TIER", LINGUISTIC_TYPE_REF=gloss_type, TIER_ID=name)
    score_tier = Element("TIER", LINGUISTIC_TYPE_REF=score_type, PARENT_REF=name, TIER_ID=f"{name}:score")
    if participant:
        for tier in (gloss_tier, score_tier):
            tier.set("PARTICIPANT", participant)
    last = _annotate(root, gloss_tier, score_tier, spotted)
    for tier in (gloss_tier, score_tier):
        insert(root, tier)
    _add_types(root, gloss_type, score_type, _add_vocabulary(root, name, glosses))
    _set_properties(only(root, "HEADER"), name, provenance, last)
    return name


def _free(name: str, taken: Collection[str | None]) -> str:
    """The name, with a number behind the name if it is taken."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}:{number}", number + 1
    return free


def _add_vocabulary(root: Element, name: str, glosses: Iterable[str]) -> str:
    """Adds the glosses as a vocabulary that a corrector can pick from; returns its name."""
    name = _free(name, {vocabulary.get("CV_ID") for vocabulary in root.iter("CONTROLLED_VOCABULARY")})
    if root.get("FORMAT", LANGUAGES_SINCE) < LANGUAGES_SINCE:
        vocabulary = Element("CONTROLLED_VOCABULARY", CV_ID=name, DESCRIPTION="")
        for gloss in glosses:
            SubElement(vocabulary, "CV_ENTRY", DESCRIPTION="").text = gloss
    else:
        if not any(language.get("LANG_ID") == "und" for language in root.iter("LANGUAGE")):
            insert(root, Element("LANGUAGE", UNDETERMINED))
        vocabulary = Element("CONTROLLED_VOCABULARY", CV_ID=name)
        SubElement(vocabulary, "DESCRIPTION", LANG_REF="und")
        for number, gloss in enumerate(glosses):
            entry = SubElement(vocabulary, "CV_ENTRY_ML", CVE_ID=f"cveid{number}")
            SubElement(entry, "CVE_VALUE", DESCRIPTION="", LANG_REF="und").text = gloss
    insert(root, vocabulary)
    return name


def _add_types(root: Element, gloss_type: str, score_type: str, vocabulary: str) -> None:
    """Adds the linguistic types of both tiers, and the constraint of the tier of scores."""
    common = {"GRAPHIC_REFERENCES": "false"}
    glosses = {"CONTROLLED_VOCABULARY_REF": vocabulary, "LINGUISTIC_TYPE_ID": gloss_type, "TIME_ALIGNABLE": "true"}
    scores = {"CONSTRAINTS": ASSOCIATION, "LINGUISTIC_TYPE_ID": score_type, "TIME_ALIGNABLE": "false"}
    for attributes in (glosses, scores):
        insert(root, Element("LINGUISTIC_TYPE", common | attributes))
    if not any(constraint.get("STEREOTYPE") == ASSOCIATION for constraint in root.iter("CONSTRAINT")):
        insert(root, Element("CONSTRAINT", DESCRIPTION=ASSOCIATION_MEANS, STEREOTYPE=ASSOCIATION))


def _annotate(root: Element, gloss_tier: Element, score_tier: Element, spotted: Sequence[SpottedInterval]) -> int:
    """Fills both tiers and adds their time slots; returns the number of the last annotation of the document."""
    last, slot = max(_highest(root, "a"), _last_id(root)), _highest(root, "ts")
    slots = []
    for spotting in spotted:
        first, second = f"ts{slot + 1}", f"ts{slot + 2}"
        gloss, score = f"a{last + 1}", f"a{last + 2}"
        last, slot = last + 2, slot + 2
        slots += [(spotting.start_ms, first), (spotting.end_ms, second)]
        aligned = {"ANNOTATION_ID": gloss, "TIME_SLOT_REF1": first, "TIME_SLOT_REF2": second}
        _append(gloss_tier, Element("ALIGNABLE_ANNOTATION", aligned), spotting.sign)
        referring = {"ANNOTATION_ID": score, "ANNOTATION_REF": gloss}
        _append(score_tier, Element("REF_ANNOTATION", referring), f"{spotting.score:.2f}")
    _add_slots(only(root, "TIME_ORDER"), slots)
    return last


def _append(tier: Element, annotation: Element, value: str) -> None:
    SubElement(annotation, "ANNOTATION_VALUE").text = value
    SubElement(tier, "ANNOTATION").append(annotation)


def _highest(root: Element, prefix: str) -> int:
    """The highest number n among the ids ``<prefix>n`` of a document; 0 if it has none."""
    ids = (value for element in root.iter() for key, value in element.attrib.items() if key in IDS)
    return max((int(found[1]) for found in map(re.compile(rf"{prefix}({NUMBER})").fullmatch, ids) if found), default=0)


def _last_id(root: Element) -> int:
    """The number of the last annotation that ELAN made, from the property of the document; 0 without this property."""
    texts = [(each.text or "").strip() for each in root.iter("PROPERTY") if each.get("NAME") == LAST_ID]
    return max((int(text) for text in texts if re.fullmatch(NUMBER, text)), default=0)


def _add_slots(order: Element, slots: Sequence[tuple[int, str]]) -> None:
    """Adds time slots, given as time and name in order of time, each before the first old slot of a later time."""
    waiting = list(reversed(slots))
    merged = []
    for there in order:
        time = there.get("TIME_VALUE")
        while waiting and time is not None and waiting[-1][0] < int(time):
            merged.append(_slot(*waiting.pop()))
        merged.append(there)
    merged += [_slot(*waiting.pop()) for _ in range(len(waiting))]
    order[:] = merged


def _slot(time: int, name: str) -> Element:
    return Element("TIME_SLOT", TIME_SLOT_ID=name, TIME_VALUE=str(time))


def _set_properties(header: Element, name: str, provenance: str, last: int) -> None:
    """Adds the origin of the tier, and tells ELAN the number of the last annotation."""
    SubElement(header, "PROPERTY", NAME=name).text = provenance
    counters = [each for each in header.iter("PROPERTY") if each.get("NAME") == LAST_ID]
    for counter in counters or [SubElement(header, "PROPERTY", NAME=LAST_ID)]:
        counter.text = str(last)
