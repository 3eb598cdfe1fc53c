"""The times of all annotations of an ELAN document, also of annotations without times of their own."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

from signspot.errors import InputError

SUBDIVISION = "Symbolic_Subdivision"
Times = tuple[int, int]
"""Start and end of an annotation, in ms of the document."""


def intervals(root: Element, slots: dict[str, int | None]) -> dict[str, Times]:
    """Start and end in ms of every annotation, by its id.

    Args:
        root: an ``ANNOTATION_DOCUMENT`` whose ids are unique and whose references lead somewhere.
        slots: time in ms by time slot, in the order of TIME_ORDER. A slot without a time gets one here.

    Raises:
        InputError: tiers or annotations refer to each other in a way that gives no times. The message names them, but
            not the file.
    """
    constraints = {e.get("LINGUISTIC_TYPE_ID"): e.get("CONSTRAINTS") for e in root.iter("LINGUISTIC_TYPE")}
    places = {slot: place for place, slot in enumerate(slots)}
    times: dict[str, Times] = {}
    for tier in _parents_first(root.findall("TIER")):
        annotations = annotations_of(tier)
        aligned = {e.attrib["ANNOTATION_ID"]: slots_of(e) for e in annotations if e.tag == "ALIGNABLE_ANNOTATION"}
        _fill(list(aligned.values()), slots, places)
        times |= {name: (slots[first], slots[last]) for name, (first, last) in aligned.items()}
        divided = constraints.get(tier.get("LINGUISTIC_TYPE_REF")) == SUBDIVISION
        for parent, children in _by_parent(annotations).items():
            if parent not in times:
                raise InputError(
                    f"annotation {children[0].get('ANNOTATION_ID')} of tier {tier.get('TIER_ID')!r} refers to "
                    f"{parent}, which is not in a tier above it. Mend it in ELAN."
                )
            names = _in_order(children) if divided else [child.attrib["ANNOTATION_ID"] for child in children]
            parts = _parts(times[parent], len(names)) if divided else [times[parent]] * len(names)
            times |= dict(zip(names, parts, strict=True))
    return times


def annotations_of(tier: Element) -> list[Element]:
    """The annotations of a tier, with times of their own or referring, in file order."""
    return tier.findall("ANNOTATION/*[@ANNOTATION_ID]")


def slots_of(annotation: Element) -> tuple[str, str]:
    """First and last time slot of an annotation with times of its own."""
    return annotation.attrib["TIME_SLOT_REF1"], annotation.attrib["TIME_SLOT_REF2"]


def _parents_first(tiers: Sequence[Element]) -> list[Element]:
    children: dict[str | None, list[int]] = {}
    for place, tier in enumerate(tiers):
        children.setdefault(tier.get("PARENT_REF") or None, []).append(place)
    ordered, names = [], [None]
    while names:
        ready = [tiers[place] for place in sorted(place for name in names for place in children.pop(name, ()))]
        ordered += ready
        names = [tier.attrib["TIER_ID"] for tier in ready]
    if children:
        waiting = ", ".join(repr(tiers[place].attrib["TIER_ID"]) for places in children.values() for place in places)
        raise InputError(f"the tiers {waiting} are each other's parents. Mend PARENT_REF.")
    return ordered


def _fill(pairs: Sequence[tuple[str, str]], slots: dict[str, int | None], places: Mapping[str, int]) -> None:
    """Gives a time to each slot of a tier that has none, evenly between slots that have one.

    Annotations that share slots form chains: slots of a chain lie evenly between its ends, whatever their order in the
    file. Other slots lie evenly between their neighbours of the tier in TIME_ORDER, or between 0 and the first time.

    Args:
        pairs: first and last slot of each annotation of the tier.
        slots: time in ms by time slot; filled in place.
        places: place in TIME_ORDER by time slot.
    """
    following, endless = dict(pairs), set()
    for first, last in pairs:
        if slots[first] is None or slots[last] is not None:
            continue
        chain = [first, last]
        # A chain longer than the tier runs in a circle.
        while (
            slots[chain[-1]] is None
            and chain[-1] in following
            and chain[-1] not in endless
            and len(chain) <= len(pairs)
        ):
            chain.append(following[chain[-1]])
        if slots[chain[-1]] is not None:
            _spread(chain[1:-1], slots[first], slots[chain[-1]], slots)
        else:
            endless.update(chain[1:])
    mine = sorted({slot for pair in pairs for slot in pair}, key=places.__getitem__)
    waiting: list[str] = []
    before = 0
    for slot in mine:
        if slots[slot] is None:
            waiting.append(slot)
            continue
        _spread(waiting, before, slots[slot], slots)
        waiting, before = [], slots[slot]
    if waiting:
        raise InputError(f"time slot {waiting[0]} has no time, and no later one of its tier has. Align it in ELAN.")


def _spread(names: Sequence[str], start: int, end: int, slots: dict[str, int | None]) -> None:
    for place, name in enumerate(names, 1):
        slots[name] = start + (end - start) * place // (len(names) + 1)


def _by_parent(annotations: Iterable[Element]) -> dict[str, list[Element]]:
    children: dict[str, list[Element]] = {}
    for annotation in annotations:
        if annotation.tag == "REF_ANNOTATION":
            children.setdefault(annotation.attrib["ANNOTATION_REF"], []).append(annotation)
    return children


def _in_order(siblings: Sequence[Element]) -> list[str]:
    """The ids of the parts of an annotation, each part after its PREVIOUS_ANNOTATION."""
    after: dict[str | None, list[str]] = {}
    for sibling in siblings:
        after.setdefault(sibling.get("PREVIOUS_ANNOTATION"), []).append(sibling.attrib["ANNOTATION_ID"])
    ordered, waiting = [], after.get(None, [])[::-1]
    while waiting:
        ordered.append(waiting.pop())
        waiting += after.get(ordered[-1], [])[::-1]
    reached = set(ordered)
    lost = [e.attrib["ANNOTATION_ID"] for e in siblings if e.attrib["ANNOTATION_ID"] not in reached]
    if lost:
        raise InputError(f"PREVIOUS_ANNOTATION of {lost[0]} does not lead back to a first part. Mend it in ELAN.")
    return ordered


def _parts(interval: Times, number: int) -> list[Times]:
    start, end = interval
    return list(pairwise(start + (end - start) * place // number for place in range(number + 1)))
