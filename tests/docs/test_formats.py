"""docs/formats.md names the very columns, keys, datasets and attributes that the code writes."""

import re
from collections.abc import Callable, Collection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
import yaml
from every_store import WRITERS, made_up_search

from signspot.corpus import sentences
from signspot.corrections.file import SCHEMA
from signspot.corrections.truth import corrections_table
from signspot.export import subtitles
from signspot.find import summary
from signspot.intake.clip_lists import ListedClip
from signspot.intake.convert_clips import clip_table
from signspot.labels.dropped import write_dropped
from signspot.pose.store import write_summary
from signspot.recognition import tables as recognition
from signspot.retrieval.evaluation import retrieval_json, write_rankings, write_ranks
from signspot.retrieval.pseudo_labels import write_pseudo_labels
from signspot.scoring.tables import score_intervals
from signspot.spottings import COLUMNS
from signspot.training.store import HISTORY_COLUMNS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `([^`]+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


def rows_of(file: str) -> list[list[str]]:
    """The cells of the table of a section, without its heading."""
    lines = [line for line in SECTIONS[file].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names_in(cell: str) -> list[str]:
    """The names in a cell; ``best_1`` to ``best_3`` are three."""
    names = re.findall("`([^`]+)`", cell)
    if " to " not in cell:
        return names
    (stem, first), (_, last) = (name.rsplit("_", 1) for name in names)
    return [f"{stem}_{number}" for number in range(int(first), int(last) + 1)]


def named(file: str) -> list[str]:
    """All names in the first column of a section, in order."""
    return [name for cells in rows_of(file) for name in names_in(cells[0])]


def attributes_named(file: str) -> set[str]:
    """The names in the paragraph that begins with *Attributes*."""
    return set(re.findall("`([^`]+)`", SECTIONS[file].split("Attributes:")[1]))


def of_schema(table: str) -> Collection[str]:
    schema = yaml.safe_load((ROOT / f"workflow/schemas/{table}.schema.yaml").read_text(encoding="utf-8"))
    return schema["properties"]


def header_of(write: Callable[[Path], Any], path: Path) -> Collection[str]:
    write(path)
    return pd.read_csv(path, sep="\t").columns


def clip_columns(folder: Path) -> Collection[str]:
    (folder / "a.mp4").touch()
    return clip_table([ListedClip("list", 0, "HOUSE", "a", split="train")], folder)[0].columns


def keys_below(schema: dict[str, Any], before: str = "") -> list[str]:
    """The keys of an object and of the objects in its lists, as the page writes them."""
    keys = []
    for key, of_key in schema["properties"].items():
        keys.append(before + key)
        if "items" in of_key:
            keys += keys_below(of_key["items"], f"{before}{key}[].")
    return keys


def scores() -> Collection[str]:
    return score_intervals({"v": [(0, 0, 400)]}, {}, {0: "A"}, {})


PSEUDO_LABEL = {"video": ["v"], "class_id": [0], "start_ms": [0], "end_ms": [640], "score": [0.5], "frame": [8]}
EXPECTED: dict[str, Callable[[Path], Collection[str]]] = {
    "videos.tsv": lambda _: of_schema("videos"),
    "annotations.tsv": lambda _: of_schema("annotations"),
    "vocabulary.tsv": lambda _: of_schema("vocabulary"),
    "sentences.tsv": lambda _: sentences.COLUMNS,
    "clips.tsv": clip_columns,
    "spottings.tsv": lambda _: COLUMNS,
    "recognitions.tsv": lambda _: recognition.COLUMNS,
    "ranks.tsv": lambda folder: header_of(lambda path: write_ranks(made_up_search(), path), folder / "r.tsv"),
    "rankings.tsv": lambda folder: header_of(lambda path: write_rankings(made_up_search(), path), folder / "r.tsv"),
    "pseudo_labels.tsv": lambda folder: header_of(
        lambda path: write_pseudo_labels(pd.DataFrame(PSEUDO_LABEL), ["A"], 1, path), folder / "p.tsv"
    ),
    "dropped.tsv": lambda folder: header_of(lambda path: write_dropped({}, {}, path, 4, 8), folder / "d.tsv"),
    "summary.tsv": lambda folder: header_of(lambda path: write_summary([], path), folder / "s.tsv"),
    "history.tsv": lambda _: HISTORY_COLUMNS,
    "VIDEO.csv": lambda _: subtitles.COLUMNS,
    "corrections.tsv": lambda _: corrections_table({}).columns,
    "scores.json": lambda _: scores(),
    "recognition.json": lambda _: (*recognition.ACCURACY, *recognition.ACCURACY_TABLES),
    "retrieval.json": lambda _: retrieval_json(made_up_search()),
    "corrections.json": lambda _: keys_below(yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))),
}
OF_A_MATCHER = "signs.tsv"
"""Its writer needs a matcher that has learnt, of which the test takes the place."""


def test_every_section_is_compared() -> None:
    assert set(SECTIONS) == {*EXPECTED, OF_A_MATCHER, *WRITERS}


@pytest.mark.parametrize("file", EXPECTED)
def test_columns_and_keys_are_those_that_are_written(tmp_path: Path, file: str) -> None:
    on_page, written = named(file), list(EXPECTED[file](tmp_path))
    assert len(set(on_page)) == len(on_page)
    assert set(on_page) == set(written)


def test_columns_of_the_found_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("likeness_of_examples", "look_alikes", "odd_examples"):
        monkeypatch.setattr(summary, name, lambda *_: np.empty(0, int))
    nothing = SimpleNamespace(signs=[], examples={}), SimpleNamespace(class_ids=np.empty(0, int))
    table = summary.sign_table(nothing[0], pd.DataFrame(), nothing[1])
    assert named(OF_A_MATCHER) == list(table.columns)


@pytest.mark.parametrize("file", WRITERS)
def test_datasets_and_attributes_are_those_that_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    with h5py.File(WRITERS[file](tmp_path, monkeypatch)) as store:
        written = {
            name: ("text" if array.dtype.kind == "S" else str(array.dtype), array.ndim) for name, array in store.items()
        }
        attributes = set(store.attrs)
    on_page = {
        name: (kind, shape.count(",") + 1) for cells, kind, shape, _ in rows_of(file) for name in names_in(cells)
    }
    assert on_page == written
    assert attributes_named(file) == attributes
