"""Seconds that documents and scores of extreme sizes take: python benchmarks/extremes.py

- ELAN: 3,000 tiers, each the child of the next one in the file; an annotation in 20,000 parts, in the order of the file
  and against it; 20,000 parts whose time slots have no times; 3,000 tiers of 20 annotations with times of their own;
  a vocabulary of 50,000 entries. Read, checked, and written with two more tiers.
- `signspot score`: 100,000 annotations and as many spottings in one video of two hours, 60 signs.
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from signspot.corpus.elan import Elan
from signspot.corpus.elan_rules import check
from signspot.export.elan import SpottingSource, write_elan
from signspot.scoring import official, strict

TIERS, PARTS, ENTRIES, ROWS = 3_000, 20_000, 50_000, 100_000
SIGNS = 20
"""Annotations of each of many tiers."""
TYPES = (
    '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="gloss" TIME_ALIGNABLE="true"/>'
    '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="part" TIME_ALIGNABLE="false" CONSTRAINTS="Symbolic_Subdivision"/>'
    '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="note" TIME_ALIGNABLE="false" CONSTRAINTS="Symbolic_Association"/>'
    '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="phase" TIME_ALIGNABLE="true" CONSTRAINTS="Time_Subdivision"/>'
    '<CONSTRAINT STEREOTYPE="Symbolic_Subdivision"/><CONSTRAINT STEREOTYPE="Symbolic_Association"/>'
    '<CONSTRAINT STEREOTYPE="Time_Subdivision"/>'
)


def annotation(name: str, kind: str, attributes: str) -> str:
    value = "<ANNOTATION_VALUE>X</ANNOTATION_VALUE>"
    return f'<ANNOTATION><{kind} ANNOTATION_ID="{name}" {attributes}>{value}</{kind}></ANNOTATION>'


def tier(name: str, kind: str, annotations: str, parent: str = "") -> str:
    above = f' PARENT_REF="{parent}"' if parent else ""
    return f'<TIER TIER_ID="{name}" LINGUISTIC_TYPE_REF="{kind}"{above}>{annotations}</TIER>'


ROOT = tier("Gloss", "gloss", annotation("a", "ALIGNABLE_ANNOTATION", 'TIME_SLOT_REF1="ts0" TIME_SLOT_REF2="end"'))


def document(tiers: str, slots: str = "") -> str:
    first, last = (
        '<TIME_SLOT TIME_SLOT_ID="ts0" TIME_VALUE="0"/>',
        '<TIME_SLOT TIME_SLOT_ID="end" TIME_VALUE="900000"/>',
    )
    return (
        '<ANNOTATION_DOCUMENT AUTHOR="" DATE="2024-02-29T12:00:00+01:00" FORMAT="3.0" VERSION="3.0">'
        f'<HEADER TIME_UNITS="milliseconds"/><TIME_ORDER>{first}{slots}{last}</TIME_ORDER>{tiers}{TYPES}'
        "</ANNOTATION_DOCUMENT>"
    )


def reversed_tiers() -> str:
    tiers = [ROOT]
    for number in range(TIERS):
        parent, above = (f"t{number - 1}", f"b{number - 1}") if number else ("Gloss", "a")
        note = annotation(f"b{number}", "REF_ANNOTATION", f'ANNOTATION_REF="{above}"')
        tiers.append(tier(f"t{number}", "note", note, parent))
    return document("".join(reversed(tiers)))


def parts(backwards: bool) -> str:
    rows = [
        annotation(
            f"b{number}",
            "REF_ANNOTATION",
            'ANNOTATION_REF="a"' + (f' PREVIOUS_ANNOTATION="b{number - 1}"' if number else ""),
        )
        for number in range(PARTS)
    ]
    return document(ROOT + tier("Parts", "part", "".join(rows[::-1] if backwards else rows), "Gloss"))


def phases() -> str:
    slots = ["ts0", *(f"u{number}" for number in range(1, PARTS)), "end"]
    rows = [
        annotation(
            f"b{number}",
            "ALIGNABLE_ANNOTATION",
            f'TIME_SLOT_REF1="{slots[number]}" TIME_SLOT_REF2="{slots[number + 1]}"',
        )
        for number in range(PARTS)
    ]
    unaligned = "".join(f'<TIME_SLOT TIME_SLOT_ID="{slot}"/>' for slot in slots[1:-1])
    return document(ROOT + tier("Phases", "phase", "".join(rows), "Gloss"), unaligned)


def many_signs(tiers: int = TIERS) -> str:
    """Tiers of annotations with time slots of their own, which lie in TIME_ORDER by time, not by tier."""
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="{end}{sign}.{number}" TIME_VALUE="{time}"/>'
        for sign in range(SIGNS)
        for end, time in (("s", 100 * sign), ("e", 100 * sign + 50))
        for number in range(tiers)
    )
    rows = [
        "".join(
            annotation(
                f"a{sign}.{number}",
                "ALIGNABLE_ANNOTATION",
                f'TIME_SLOT_REF1="s{sign}.{number}" TIME_SLOT_REF2="e{sign}.{number}"',
            )
            for sign in range(SIGNS)
        )
        for number in range(tiers)
    ]
    return document("".join(tier(f"t{number}", "gloss", row) for number, row in enumerate(rows)), slots)


def vocabulary() -> str:
    entries = "".join(f'<CV_ENTRY DESCRIPTION="">{number}</CV_ENTRY>' for number in range(ENTRIES))
    end = "</ANNOTATION_DOCUMENT>"
    return document(ROOT).replace(end, f'<CONTROLLED_VOCABULARY CV_ID="signs">{entries}</CONTROLLED_VOCABULARY>{end}')


def measure_elan(folder: Path) -> None:
    kinds = {
        f"{TIERS} tiers, children first": reversed_tiers(),
        f"{PARTS} parts": parts(False),
        f"{PARTS} parts, last first": parts(True),
        f"{PARTS} parts without times": phases(),
        f"{TIERS} tiers of {SIGNS} signs": many_signs(),
        f"{ENTRIES} entries of a vocabulary": vocabulary(),
    }
    spottings = pd.DataFrame([("X", 100, 500, 0.5)], columns=["sign", "start_ms", "end_ms", "score"])
    for kind, text in kinds.items():
        path = folder / "document.eaf"
        path.write_text(text, encoding="utf-8")
        start = time.perf_counter()
        faults = check(Elan.read(path))
        read = time.perf_counter() - start
        write_elan(spottings, folder / "out.eaf", folder / "video.mp4", SpottingSource("extremes", ["X"]), path)
        print(f"{kind}: read and checked {read:.1f} s, written {time.perf_counter() - start - read:.1f} s, {faults}")


def measure_scores() -> None:
    rng = np.random.default_rng(1)
    rows = []
    for _ in range(2):
        starts = rng.integers(0, 7_200_000, ROWS)
        ends = starts + rng.integers(150, 1200, ROWS)
        rows.append(list(zip(rng.integers(0, 60, ROWS).tolist(), starts.tolist(), ends.tolist(), strict=True)))
    for score in (official, strict):
        start = time.perf_counter()
        f1 = score({"video": rows[0]}, {"video": rows[1]})["f1"]
        print(f"{score.__name__} score of {ROWS} signs in a video: {time.perf_counter() - start:.1f} s, F1 {f1:.3f}")


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        measure_elan(Path(temporary))
    measure_scores()
