"""``signspot convert-csv``: tables under other column names (CSV or TSV) to the tables of a corpus."""

import argparse
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from signspot.corpus.tables import (
    COLUMNS,
    SPLITS,
    Sources,
    Tables,
    check,
    check_media,
    vocabulary_of,
    with_found_paths,
    write_tables,
)
from signspot.errors import InputError
from signspot.rows import bad_cells, read_rows, refuse, require, separator_of, whole_numbers

log = logging.getLogger(__name__)


def from_csv(
    annotations: Sequence[Path],
    videos: Path,
    vocabulary: Path | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    splits: Mapping[str, str] | None = None,
    media: str | None = None,
    separator: str = ",",
) -> Tables:
    """The tables of a corpus, from files that hold them under other names. Unknown columns are kept.

    Args:
        annotations: one or more files with video, sign, start_ms, end_ms; their rows are joined.
        videos: the file with video, split, signer and, without ``media``, path.
        vocabulary: the file with sign and perhaps class_id. Without class_id, class ids follow the rows, from 0 on.
            Without this file, the annotated glosses are the vocabulary.
        columns: our name of a column -> the name in the files.
        splits: the name of a split in the files -> our name; a split that becomes "" is left out, with its annotations.
        media: path of a video with names of columns in braces, for example ``videos/{video}.mp4``. Relative paths are
            relative to the folder of ``videos``. Without this pattern, the column path is read.
        separator: separates the cells of a line; in files whose name ends in ``.tsv``, tabs do.

    Raises:
        InputError: a file, column or row is missing or wrong.
    """
    columns = columns or {}
    paths = [videos, *annotations, *([vocabulary] if vocabulary else [])]
    files = {path: _read(path, columns, separator) for path in paths}
    for ours, theirs in columns.items():
        if not any(ours in table for table in files.values()):
            raise InputError(f"column {ours}={theirs}: no file has a column {theirs}. Correct the name.")
    rows = _videos(files[videos], videos, splits or {}, media)
    signs = _vocabulary(files[vocabulary], vocabulary) if vocabulary else None
    parts = {path: _annotations(files[path], path) for path in annotations}
    joined = pd.concat(parts.values(), ignore_index=True).fillna("")
    everyone = rows.assign(split=rows["split"].replace("", "predict"))
    everything = Tables(everyone, joined, vocabulary_of(joined) if signs is None else signs)
    for path, part in parts.items():
        sources = Sources(str(videos), str(path), str(vocabulary or "the annotations"))
        for warning in check(replace(everything, annotations=part, sources=sources)):
            log.warning("%s", warning)
    return _without_left_out(rows, joined, signs)


def _read(path: Path, columns: Mapping[str, str], separator: str) -> pd.DataFrame:
    table = read_rows(path, separator_of(path, separator))
    for ours, theirs in columns.items():
        if ours != theirs and ours in table and theirs in table:
            raise InputError(f"{path}: has a column {ours} besides {theirs}. Rename one of them in the file.")
    return table.rename(columns={theirs: ours for ours, theirs in columns.items()})


def _videos(table: pd.DataFrame, name: Path, splits: Mapping[str, str], media: str | None) -> pd.DataFrame:
    """The table of videos with our names of splits, and with paths relative to the working directory."""
    require(table, [column for column in COLUMNS["videos"] if column != "path" or media is None], name)
    known = table["split"].isin([*splits, *SPLITS])
    refuse(bad_cells(table, "split", ~known, name, f"one of {', '.join(SPLITS)}, or a --split that translates it"))
    try:
        paths = table["path"] if media is None else [media.format_map(row) for row in table.to_dict("records")]
    except (AttributeError, KeyError, IndexError, ValueError) as error:
        found = ", ".join(table)
        raise InputError(f"media path {media!r}: {error}. Use columns of {name} in braces: {found}.") from error
    ours = [splits.get(split, split) for split in table["split"]]
    return with_found_paths(name.parent, table.assign(split=ours, path=paths))


def _annotations(table: pd.DataFrame, name: Path) -> pd.DataFrame:
    require(table, COLUMNS["annotations"], name)
    return whole_numbers(table, ["start_ms", "end_ms"], name)


def _vocabulary(table: pd.DataFrame, name: Path) -> pd.DataFrame:
    require(table, ["sign"], name)
    if "class_id" not in table:
        return table.assign(class_id=range(len(table)))
    return whole_numbers(table, ["class_id"], name)


def _without_left_out(videos: pd.DataFrame, annotations: pd.DataFrame, vocabulary: pd.DataFrame | None) -> Tables:
    """The tables without the videos whose split is empty, and without the annotations of these videos."""
    videos = videos[videos["split"] != ""].reset_index(drop=True)
    annotations = annotations[annotations["video"].isin(videos["video"])].reset_index(drop=True)
    signs = vocabulary_of(annotations) if vocabulary is None else vocabulary
    tables = Tables(videos, annotations, signs.sort_values("class_id", ignore_index=True))
    check(tables)
    return tables


def run(arguments: argparse.Namespace) -> None:
    """Converts and writes the tables.

    Raises:
        InputError: an option, file, column or row is wrong, or a video is not where the pattern says.
    """
    if len(arguments.separator) != 1:
        raise InputError(f"--separator {arguments.separator!r}: expected one character.")
    tables = from_csv(
        arguments.annotations,
        arguments.videos,
        arguments.vocabulary,
        columns=_pairs("--column", arguments.column),
        splits=_pairs("--split", arguments.split),
        media=arguments.media,
        separator=arguments.separator,
    )
    check_media(tables)
    write_tables(tables, arguments.out)


def _pairs(option: str, values: Sequence[str]) -> dict[str, str]:
    for value in values:
        if "=" not in value:
            raise InputError(f"{option} {value}: expected two names with = between them.")
    return dict(value.split("=", 1) for value in values)
