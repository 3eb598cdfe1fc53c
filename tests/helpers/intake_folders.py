"""Folders of annotations as people have them, made up for tests, and what ``signspot corpus`` makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from signspot.cli import main

Row = tuple[int, int, str]


def eaf(
    path: Path,
    tiers: Mapping[str, Sequence[Row]],
    *,
    media: Sequence[Mapping[str, str]] = (),
    people: Mapping[str, str] | None = None,
    values: Sequence[str] = (),
) -> Path:
    """Writes an ELAN file.

    Args:
        tiers: start and end in ms and value of the annotations of each tier.
        media: attributes of the media descriptors.
        people: PARTICIPANT by tier.
        values: of a controlled vocabulary.
    """
    slots, elements = [], []
    for tier, rows in tiers.items():
        annotations = []
        for start, end, value in rows:
            first, last = (f"ts{len(slots) + i}" for i in (1, 2))
            slots += [f'<TIME_SLOT TIME_SLOT_ID="{s}" TIME_VALUE="{ms}"/>' for s, ms in ((first, start), (last, end))]
            annotations.append(
                f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{last}" TIME_SLOT_REF1="{first}" '
                f'TIME_SLOT_REF2="{last}"><ANNOTATION_VALUE>{escape(value)}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>'
                "</ANNOTATION>"
            )
        person = f" PARTICIPANT={quoteattr(people[tier])}" if people and tier in people else ""
        elements.append(
            f'<TIER TIER_ID={quoteattr(tier)} LINGUISTIC_TYPE_REF="t"{person}>{"".join(annotations)}</TIER>'
        )
    links = "".join(f"<MEDIA_DESCRIPTOR {' '.join(f'{k}={quoteattr(v)}' for k, v in m.items())}/>" for m in media)
    entries = "".join(
        f'<CV_ENTRY_ML CVE_ID="c{i}"><CVE_VALUE LANG_REF="und">{escape(value)}</CVE_VALUE></CV_ENTRY_ML>'
        for i, value in enumerate(values)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        '<ANNOTATION_DOCUMENT AUTHOR="" DATE="2024-02-29T12:00:00+01:00" FORMAT="3.0" VERSION="3.0">'
        f'<HEADER TIME_UNITS="milliseconds">{links}</HEADER><TIME_ORDER>{"".join(slots)}</TIME_ORDER>'
        f'{"".join(elements)}<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="t" TIME_ALIGNABLE="true"/>'
        + (f'<CONTROLLED_VOCABULARY CV_ID="v">{entries}</CONTROLLED_VOCABULARY>' if values else "")
        + "</ANNOTATION_DOCUMENT>",
        encoding="utf-8",
    )
    return path


def lse(path: Path, *rows: Row, **more: object) -> Path:
    """An ELAN file of the LSE convention."""
    return eaf(path, {"M_Glosa": rows}, **more)


def word_list(folder: Path, *glosses: str) -> Path:
    """A text file with one gloss in each line."""
    path = folder / "list.txt"
    path.write_text("\n".join(glosses) + "\n")
    return path


@dataclass(frozen=True)
class Came:
    """What a call of ``signspot corpus`` left: its status, what it printed, the tables."""

    status: int
    text: str
    error: str
    videos: pd.DataFrame | None
    annotations: pd.DataFrame | None
    vocabulary: pd.DataFrame | None

    def signs(self, video: str) -> list[tuple[str, int, int]]:
        rows = self.annotations[self.annotations["video"] == video]
        return list(rows[["sign", "start_ms", "end_ms"]].itertuples(index=False, name=None))

    def section(self, title: str) -> list[str]:
        """The lines under the title that begins so."""
        lines = self.text.split("\n")
        first = next((i for i, line in enumerate(lines) if line.startswith(title)), None)
        assert first is not None, f"{title!r} is not in\n{self.text}"
        return lines[first + 2 : lines.index("", first)]

    def column(self, name: str) -> dict[str, str]:
        return dict(zip(self.videos["video"], self.videos[name], strict=True))


def init(capsys, folder: Path, *options: object) -> Came:
    """Calls ``signspot corpus init``; the tables go to a folder beside ``folder``."""
    capsys.readouterr()
    out = folder.parent / "tables"
    status = main(["corpus", "init", str(folder), "--out", str(out), "--overwrite", *map(str, options)])
    captured = capsys.readouterr()
    tables = [
        pd.read_csv(out / f"{kind}.tsv", sep="\t", dtype={"signer": str, "duration_ms": str}, keep_default_na=False)
        if not status
        else None
        for kind in ("videos", "annotations", "vocabulary")
    ]
    return Came(status, captured.out, captured.err, *tables)
