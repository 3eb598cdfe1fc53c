"""Documents of extreme sizes and orders, which took minutes where work grew with the square of their parts."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from signspot.corpus.elan import Elan
from signspot.corpus.elan_rules import check
from signspot.corpus.elan_times import intervals
from signspot.errors import InputError

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
import extremes


def read(folder: Path, text: str) -> Elan:
    path = folder / "document.eaf"
    path.write_text(text, encoding="utf-8")
    return Elan.read(path)


def test_tiers_whose_parents_come_later(tmp_path: Path) -> None:
    document = read(tmp_path, extremes.reversed_tiers())
    times = {(a.start_ms, a.end_ms) for tier in document.tiers for a in document.annotations(tier.name)}
    assert (len(document.tiers), times, check(document)) == (extremes.TIERS + 1, {(0, 900_000)}, [])


@pytest.mark.parametrize("backwards", [False, True])
def test_an_annotation_in_many_parts(backwards: bool, tmp_path: Path) -> None:
    found = read(tmp_path, extremes.parts(backwards)).annotations("Parts")
    assert [a.id for a in found] == [f"b{number}" for number in range(extremes.PARTS)]
    assert [a.start_ms for a in found] == [45 * number for number in range(extremes.PARTS)]


def test_many_parts_without_times(tmp_path: Path) -> None:
    found = read(tmp_path, extremes.phases()).annotations("Phases")
    assert [a.start_ms for a in found] == [45 * number for number in range(extremes.PARTS)]


class CountedSlots(dict[str, int | None]):
    """Time slots that count how often somebody goes through all of them."""

    passes = 0

    def __iter__(self) -> Iterator[str]:
        self.passes += 1
        return super().__iter__()


def test_all_slots_are_gone_through_once_whatever_the_number_of_tiers(tmp_path: Path) -> None:
    root = read(tmp_path, extremes.many_signs(tiers=100)).root
    slots = CountedSlots({e.attrib["TIME_SLOT_ID"]: int(e.attrib["TIME_VALUE"]) for e in root.iter("TIME_SLOT")})
    times = intervals(root, slots)
    assert (len(times), times["a19.99"], slots.passes) == (100 * extremes.SIGNS, (1900, 1950), 1)


def test_a_vocabulary_of_many_entries(tmp_path: Path) -> None:
    (signs,) = read(tmp_path, extremes.vocabulary()).vocabularies
    assert signs.values == {"": tuple(map(str, range(extremes.ENTRIES)))}


def test_many_annotations_whose_slots_lead_in_a_circle(tmp_path: Path) -> None:
    slots = [f"u{number}" for number in range(5_000)]
    pairs = [("ts0", slots[number]) for number in range(len(slots))]
    pairs += [(slots[number], slots[(number + 1) % len(slots)]) for number in range(len(slots))]
    rows = [
        extremes.annotation(f"b{n}", "ALIGNABLE_ANNOTATION", f'TIME_SLOT_REF1="{first}" TIME_SLOT_REF2="{last}"')
        for n, (first, last) in enumerate(pairs)
    ]
    unaligned = "".join(f'<TIME_SLOT TIME_SLOT_ID="{slot}"/>' for slot in slots)
    with pytest.raises(InputError, match="has no time, and no later one of its tier has"):
        read(tmp_path, extremes.document(extremes.tier("Gloss", "gloss", "".join(rows)), unaligned))


@pytest.mark.parametrize(
    ("element", "attribute", "name"),
    [("TIME_SLOT", "TIME_SLOT_ID", "ts0"), ("TIER", "TIER_ID", "Gloss")],
)
def test_a_name_counts_in_its_own_element_alone(element: str, attribute: str, name: str, tmp_path: Path) -> None:
    text = extremes.document(extremes.ROOT + extremes.tier("Notes", "note", "", "Gloss"))
    strange = text.replace(f'<{element} {attribute}="{name}"', f'<OTHER {attribute}="{name}"', 1)
    assert strange != text
    with pytest.raises(InputError, match=f"to '{name}', which is not there"):
        read(tmp_path, strange.replace("</TIER>", "</OTHER>", 1) if element == "TIER" else strange)
