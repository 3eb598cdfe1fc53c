"""Clips of single signs: a folder with a sub-folder for each sign, or a table of clips."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from signspot.corpus.names import folded, shown, unwritable
from signspot.corpus.sharing import checked_shares, groups_of, share_out, with_splits
from signspot.corpus.splits import signs_without_example
from signspot.corpus.tables import (
    SPLITS,
    TO_END_MS,
    Sources,
    Tables,
    check,
    check_media,
    used_parts,
    vocabulary_of,
    with_found_paths,
)
from signspot.errors import InputError
from signspot.intake.folder import identifiers, walk
from signspot.intake.signs import sign_of
from signspot.plan.sources import Corpus
from signspot.rows import LISTED, bad_cells, nfc, read_rows, refuse, require, separator_of, whole_numbers
from signspot.video.decode import VIDEO_SUFFIXES

log = logging.getLogger(__name__)

INPUTS = ("clips", "vocabulary")
SINGLE_SIGNS = True
SHARES = {"train": 70, "val": 15, "test": 15}


class _Clip(NamedTuple):
    """A video of a folder, and its sign and its split as folders tell them; "" where they do not."""

    path: Path
    sign: str
    split: str


def isolated(
    corpus: Corpus, *, folder: str = "", clips: str = "", vocabulary: str = "", shares: Mapping | None = None
) -> Tables:
    """The corpus of clips, each of which shows one sign from its start, or that of its part, to its end.

    Args:
        folder: path of the folder of the clips. The sign of a clip is the name of its sub-folder, or else its own name
            without a number at the end. The sub-folders may lie in folders train, val, test and predict.
        clips: path of a table of the clips to use: video, and optionally path, sign, signer, split, start_ms, end_ms,
            and all that the table of videos may have. Without a path, video is a clip of ``folder``, or of the folder
            of the table. Without a sign, the folder of the clip tells it.
        vocabulary: path of a table of class_id and sign; without it, class ids follow the alphabet.
        shares: by split, in any unit, for a corpus that tells no splits. No signer is in two splits, where signers are
            known and as many as splits.

    Raises:
        InputError: a file is missing, or a table, a row or a share is wrong.
    """
    if not folder and not clips:
        raise InputError("corpus.isolated: has neither folder nor clips. Name a folder of clips, or a table of them.")
    if folder and not Path(folder).is_dir():
        raise InputError(f"corpus.isolated.folder: {folder} is no folder. Name one with a sub-folder for each sign.")
    source = clips or f"the clips of {folder}"
    rows = _of_table(Path(clips), Path(folder or Path(clips).parent)) if clips else _of_folder(Path(folder))
    told = "split" in rows
    if told and shares:
        raise InputError(f"corpus.isolated.shares: splits are told by {source} already. Take one of both out.")
    tables = _tables(rows if told else rows.assign(split="train"), vocabulary, source)
    for warning in check(tables, corpus.strict):
        log.warning("%s", warning)
    check_media(tables)
    starts = {video: start for video, (start, _) in used_parts(tables.videos).items()}
    tables = replace(tables, annotations=tables.annotations.assign(start_ms=tables.annotations["video"].map(starts)))
    if told:
        return tables
    tables = _shared_out(tables, checked_shares(shares or SHARES, "corpus.isolated.shares"), corpus.seed)
    return tables if vocabulary else _learnable(tables)


def _of_folder(folder: Path) -> pd.DataFrame:
    """Video, path, sign, signer and, if folders tell it, split of the clips of a folder."""
    found = _clips_of(folder)
    usable = [clip for clip in found if clip.sign and not unwritable(clip.path)]
    unusable = (shown(clip.path) for clip in found if not clip.sign or unwritable(clip.path))
    _tell(f"{folder}: videos left out whose name, or whose folder's name, is blank or cannot be in a table", unusable)
    if not usable:
        raise InputError(
            f"corpus.isolated.folder: {folder} has no video. Expected a sub-folder of clips for each sign. "
            f"Videos have these suffixes: {' '.join(sorted(VIDEO_SUFFIXES))}."
        )
    filled = {parent for clip in found for parent in clip.path.parents}
    places = (path for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] != ".")
    _tell(f"{folder}: folders without a video", (path.name for path in places if path not in filled))
    rows = pd.DataFrame(usable, columns=_Clip._fields).assign(video=identifiers([clip.path for clip in usable]))
    rows = rows.assign(path=rows["path"].map(str), signer="")[["video", "path", "sign", "signer", "split"]]
    return rows if rows["split"].all() else rows.drop(columns="split")


def _clips_of(folder: Path) -> list[_Clip]:
    """The videos of a folder; a clip has a split if all clips lie in folders that are named after splits."""
    paths = [path for path in walk(folder) if path.suffix.lower() in VIDEO_SUFFIXES]
    firsts = [path.relative_to(folder).parts[0] for path in paths]
    if set(firsts) <= set(SPLITS):
        return [
            _Clip(path, nfc(sign_of(path, folder / split)), split) for path, split in zip(paths, firsts, strict=True)
        ]
    return [_Clip(path, nfc(sign_of(path, folder)), "") for path in paths]


def _of_table(table: Path, folder: Path) -> pd.DataFrame:
    """The rows of a table of clips with video, path, sign and signer; those without a path name clips of the folder."""
    rows = read_rows(table, separator_of(table))
    require(rows, ["video"], table)
    if "path" in rows:
        require(rows, ["sign"], table)
        rows = with_found_paths(table.parent, rows)
    else:
        clips = _named(rows, table, folder)
        rows = rows.assign(video=identifiers([clip.path for clip in clips]), path=[str(clip.path) for clip in clips])
        by_folder = [clip.sign if clip.path.parent != folder else "" for clip in clips]
        told = rows["sign"] if "sign" in rows else [""] * len(rows)
        rows = rows.assign(sign=[own or other for own, other in zip(told, by_folder, strict=True)])
        if "split" not in rows and all(clip.split for clip in clips):
            rows = rows.assign(split=[clip.split for clip in clips])
    rows = rows if "signer" in rows else rows.assign(signer="")
    unknown = rows["sign"] == ""
    if "split" in rows:
        unknown &= rows["split"] != "predict"
    refuse(bad_cells(rows, "sign", unknown, table, "a gloss, unless the split is predict"))
    return rows


def _named(rows: pd.DataFrame, table: Path, folder: Path) -> list[_Clip]:
    """The clip that each row of a table names: by its place in the folder or its name alone, with or without suffix."""
    index: dict[str, list[_Clip]] = {}
    for clip in _clips_of(folder):
        place = clip.path.relative_to(folder)
        for name in {place.as_posix(), place.with_suffix("").as_posix(), place.name, place.stem}:
            index.setdefault(folded(name), []).append(clip)
    meant = [_nearest(index.get(folded(name), []), folder / name) for name in rows["video"]]
    refuse(
        f"{table}, line {line}: video is {name!r}, expected a clip of {folder}, where there is none of this name."
        if not clips
        else f"{table}, line {line}: video is {name!r}, which may be {', '.join(str(clip.path) for clip in clips)}. "
        "Name its folder too."
        for line, (name, clips) in enumerate(zip(rows["video"], meant, strict=True), 2)
        if len(clips) != 1
    )
    return [clip for (clip,) in meant]


def _nearest(clips: list[_Clip], place: Path) -> list[_Clip]:
    """Of clips of one name, those in the folder that is named; all of them if there is none."""
    return [clip for clip in clips if clip.path.parent == place.parent] or clips


def _tables(rows: pd.DataFrame, vocabulary: str, source: str) -> Tables:
    """The tables of clips, whose annotations last to the end."""
    shown_signs = rows.loc[rows["sign"] != "", ["video", "sign"]].reset_index(drop=True)
    annotations = shown_signs.assign(start_ms=0, end_ms=TO_END_MS)
    if vocabulary:
        signs = read_rows(vocabulary)
        require(signs, ["class_id", "sign"], vocabulary)
        signs = whole_numbers(signs, ["class_id"], vocabulary).sort_values("class_id", ignore_index=True)
    else:
        signs = vocabulary_of(annotations)
    videos = rows.drop(columns="sign")
    return Tables(videos, annotations, signs, Sources(source, source, vocabulary or f"the signs of {source}"))


def _shared_out(tables: Tables, shares: Mapping[str, float], seed: int) -> Tables:
    """The tables with splits: of whole signers if there are as many as splits, else of the clips of each sign."""
    name, signers = tables.sources.videos, set(tables.videos["signer"]) - {""}
    alone = sorted(sign for sign, count in Counter(tables.annotations["sign"]).items() if count == 1)
    _tell(f"{name}: signs with one clip only, which cannot be both learnt and tested", alone)
    if len(signers) < len(shares):
        log.warning("%s: %d signers are known; test clips may show signers of training clips.", name, len(signers))
        return _shared_by_sign(tables, shares, seed)
    if (tables.videos["signer"] == "").any():
        log.warning("%s: not all signers are known; a clip without one counts as a signer of its own.", name)
    groups = groups_of(tables)
    parts = share_out(groups, list(shares.values()), seed)
    return with_splits(tables, groups, [list(shares)[part] for part in parts])


def _shared_by_sign(tables: Tables, shares: Mapping[str, float], seed: int) -> Tables:
    """The tables with splits: one clip of each sign for training, then one for testing, then as near as can be."""
    rng, total = np.random.default_rng(seed), sum(shares.values())
    split_of: dict[str, str] = {}
    for _, clips in tables.annotations.groupby("sign", sort=True)["video"]:
        waiting = rng.permutation(clips.to_numpy()).tolist()
        for split in [split for split in reversed(shares) if split != "train"]:
            number = min(max(1, round(len(clips) * shares[split] / total)), len(waiting) - 1)
            split_of |= {waiting.pop(): split for _ in range(number)}
        split_of |= dict.fromkeys(waiting, "train")
    return replace(tables, videos=tables.videos.assign(split=tables.videos["video"].map(split_of)))


def _learnable(tables: Tables) -> Tables:
    """The tables without the signs that no training clip shows, and without their clips."""
    absent = signs_without_example(tables, tables.of(["train"]))
    _tell(f"{tables.sources.videos}: signs left out, for no signer of the training clips shows them", absent)
    kept = tables.annotations[~tables.annotations["sign"].isin(absent)].reset_index(drop=True)
    videos = tables.videos[tables.videos["video"].isin(kept["video"])].reset_index(drop=True)
    return replace(tables, videos=videos, annotations=kept, vocabulary=vocabulary_of(kept))


def _tell(what: str, names: Iterable[str]) -> None:
    """Logs a warning that lists names, if there are any."""
    names = list(names)
    if names:
        more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
        log.warning("%s: %s%s.", what, ", ".join(names[:LISTED]), more)
