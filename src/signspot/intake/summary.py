"""Texts and tables that tell people what a corpus holds."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from signspot.clips.window import Window
from signspot.corpus.tables import SPLITS, Tables, class_ids
from signspot.intake.notes import Note
from signspot.rows import LISTED
from signspot.video.decode import VideoInfo


def as_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A text table with two spaces between columns. Columns whose cells begin with a digit are aligned to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    columns = list(zip(headers, *cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [all(cell[:1].isdigit() for cell in column[1:]) for column in columns]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in [list(headers), *cells]
    )


def section(title: str, text: str) -> str:
    """A title, a line under the title, and a text."""
    return f"{title}\n{'-' * len(title)}\n{text}\n"


def notes_text(notes: Sequence[Note]) -> list[str]:
    """A section for each kind of note, which lists the first ten notes and counts the others."""
    kinds = dict.fromkeys(note.kind for note in notes)
    return [_notes_of(kind, [note for note in notes if note.kind == kind]) for kind in kinds]


def _notes_of(kind: str, notes: Sequence[Note]) -> str:
    lines = [f"  {note.where}: {note.what}" if note.what else f"  {note.where}" for note in notes[:LISTED]]
    rest = [f"  … and {len(notes) - LISTED} more"] if len(notes) > LISTED else []
    return section(f"{kind}: {len(notes)}", "\n".join([*lines, *rest]))


def rates_text(infos: Iterable[VideoInfo | None], fps: float) -> str:
    """The frame rates of the videos, and what happens to videos whose rate is not the rate of the corpus."""
    there = [info for info in infos if info]
    if not there:
        return section("Frame rates", f"No video is there. The corpus has {fps:g} frames per second.")
    rows = pd.DataFrame(
        [("variable" if info.variable else f"{info.fps:.2f}", info.duration_ms, info.is_at(fps)) for info in there],
        columns=["rate", "ms", "fits"],
    )
    by_rate = rows.groupby("rate").agg(videos=("ms", "size"), ms=("ms", "sum"), fits=("fits", "all")).reset_index()
    lines = [
        (row.rate, row.videos, minutes(row.ms), "as it is" if row.fits else f"resampled to {fps:g}")
        for row in by_rate.itertuples()
    ]
    return section("Frame rates", as_table(["frames per second", "videos", "minutes", "used"], lines))


def minutes(ms: float) -> str:
    """Minutes with one decimal."""
    return f"{ms / 60_000:.1f}"


def signs_text(tables: Tables, fps: float) -> str:
    """The signs of the vocabulary: their number and length, the most and the least frequent signs."""
    known = tables.annotations[tables.annotations["sign"].isin(class_ids(tables.vocabulary))]
    counts = known["sign"].value_counts()
    counts = counts.sort_index().sort_values(ascending=False, kind="stable")
    lengths = known["end_ms"] - known["start_ms"]
    length = Window().length
    clip_ms = 1000 * length / fps
    short = int((lengths < clip_ms).sum())
    lines = [
        f"{len(tables.annotations)} annotated signs: {len(known)} show the {len(counts)} glosses of the vocabulary, "
        f"{_rest(tables, known)}.",
        f"Those of the vocabulary last {lengths.median():.0f} ms (median).",
        f"{short} ({short / max(len(known), 1):.0%}) are shorter than a clip of {length} frames ({clip_ms:.0f} ms): "
        "much shorter ones are hard to find.",
        f"Most frequent: {_counted(counts.head(LISTED))}",
        f"Least frequent: {_counted(counts.tail(LISTED))}" if len(counts) > LISTED else "",
    ]
    return section("Signs", "\n".join(filter(None, lines)))


def few_text(median: float) -> str:
    """What is learnt from few examples of each sign, and how else; ``median`` is their number."""
    return section(
        f"Few examples: {median:g} of a sign for training (median)",
        "config.yaml has the spotter `few`, which finds what resembles an example. It trains in minutes, and needs no "
        "flow and no experts.\nWithout a workflow, `signspot find` does the same: "
        "signspot find --examples FOLDER VIDEOS --out found",
    )


def _rest(tables: Tables, known: pd.DataFrame) -> str:
    others = tables.annotations["sign"].drop(known.index)
    return (
        f"{len(others)} show {others.nunique()} others, which are not learnt" if len(others) else "none shows another"
    )


def _counted(counts: pd.Series) -> str:
    return ", ".join(f"{gloss} {count}" for gloss, count in counts.items())


def glosses_text(counts: pd.DataFrame) -> str:
    """What the annotations were taken for; ``counts`` is that of :class:`signspot.intake.assemble.NewCorpus`."""
    by_kind = counts.groupby("taken_for", sort=False).agg(
        annotations=("count", "sum"), glosses=("sign", "size"), starred=("starred", "sum")
    )
    rows = [
        (kind, row.annotations, row.glosses, row.starred, _examples(counts[counts["taken_for"] == kind]))
        for kind, row in by_kind.sort_values("annotations", ascending=False, kind="stable").iterrows()
    ]
    total = counts["count"].sum(), counts["sign"].nunique(), counts["starred"].sum()
    headers = ["taken for", "annotations", "glosses", "with *", "most frequent"]
    return section("Annotations", as_table(headers, [*rows, ("all", *total, "")]))


def _examples(counts: pd.DataFrame) -> str:
    return ", ".join(gloss for gloss in counts["sign"].head(4) if gloss)


def signers_text(tables: Tables, infos: Mapping[str, VideoInfo | None]) -> str:
    """Videos, minutes, annotations and splits of each signer. A missing video counts up to its last annotation."""
    videos = _measured(tables, infos)
    rows = [
        (
            signer or "(unknown)",
            len(of_signer),
            minutes(of_signer["ms"].sum()),
            of_signer["annotations"].sum(),
            ", ".join(split for split in SPLITS if split in set(of_signer["split"])),
        )
        for signer, of_signer in videos.groupby("signer")
    ]
    text = as_table(["signer", "videos", "minutes", "annotations", "splits"], rows[: 3 * LISTED])
    rest = f"\n… and {len(rows) - 3 * LISTED} more signers" if len(rows) > 3 * LISTED else ""
    return section("Signers", text + rest)


def splits_text(tables: Tables, infos: Mapping[str, VideoInfo | None]) -> str:
    """Videos, signers, minutes, annotations and signs of each split."""
    videos = _measured(tables, infos)
    ids = tables.annotations["sign"].map(class_ids(tables.vocabulary))
    rows = [
        (
            split,
            len(mine),
            len(set(mine["signer"]) - {""}) or "unknown",
            minutes(mine["ms"].sum()),
            mine["annotations"].sum(),
            ids[tables.annotations["video"].isin(mine["video"])].nunique(),
        )
        for split in SPLITS
        if len(mine := videos[videos["split"] == split])
    ]
    return section("Splits", as_table(["split", "videos", "signers", "minutes", "annotations", "signs"], rows))


def _measured(tables: Tables, infos: Mapping[str, VideoInfo | None]) -> pd.DataFrame:
    of_video = tables.annotations.groupby("video")["end_ms"]
    last, counts = of_video.max().to_dict(), of_video.size().to_dict()
    names = tables.videos["video"]
    lengths = [infos[name].duration_ms if infos.get(name) else last.get(name, 0) for name in names]
    return tables.videos.assign(ms=lengths, annotations=[counts.get(name, 0) for name in names])
