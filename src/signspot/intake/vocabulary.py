"""Chooses the vocabulary of a corpus: the glosses of a list, or the glosses that are annotated often enough."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from signspot.corpus.challenge import read_vocabulary
from signspot.corpus.tables import class_ids
from signspot.errors import InputError
from signspot.rows import nfc, read_rows, refuse, require, separator_of

COVERED = 0.9
"""Controlled vocabularies that hold at least this share of the annotations are taken for a list of glosses."""


def read_glosses(path: Path) -> pd.DataFrame:
    """The class_id, sign and perhaps aliases in a list (a gloss per line) or in a table (``.tsv``, ``.csv``).

    Raises:
        InputError: the file is missing or wrong, or holds a gloss twice.
    """
    signs = _read(path)
    aliases = [name for cell in signs.get("aliases", []) for name in cell.split("|") if name.strip()]
    twice = [name for name, n in Counter(map(nfc, [*signs["sign"], *aliases])).items() if n > 1]
    refuse(f"{path}: {name!r} is there twice, expected each gloss once." for name in twice)
    return signs


def _read(path: Path) -> pd.DataFrame:
    if path.suffix.lower() not in (".tsv", ".csv"):
        return read_vocabulary(path)
    table = read_rows(path, separator_of(path))
    require(table, ["sign"], path)
    if "class_id" in table:
        return read_vocabulary(path).sort_values("class_id", ignore_index=True)
    return table.assign(class_id=range(len(table)))


@dataclass(frozen=True)
class Choice:
    """How the vocabulary is chosen.

    Args:
        listed: class_id, sign and perhaps aliases of a list; None to take the annotated glosses.
        min_count: least number of annotations of a gloss, if there is no list.
        controlled: values of the controlled vocabularies of the ELAN files. If there is no list and these values hold
            nearly all annotations, other glosses are left out: they are misspelt, or marks of the annotators.
    """

    listed: pd.DataFrame | None = None
    min_count: int = 1
    controlled: frozenset[str] = frozenset()

    def vocabulary(self, counts: Mapping[str, int]) -> pd.DataFrame:
        """The vocabulary: class_id and sign, and the other columns of the list.

        Args:
            counts: number of annotations by gloss.

        Raises:
            InputError: no sign of the vocabulary is annotated.
        """
        signs = self._frequent(counts) if self.listed is None else self.listed
        if set(counts) & set(class_ids(signs)):
            return signs
        found = f"there are {sum(counts.values())} annotations of {len(counts)} glosses"
        if not counts:
            raise InputError("no example of a sign was found. The summary above says what was left out, and why.")
        if self.listed is None:
            raise InputError(f"no gloss has {self.min_count} annotations; {found}. Take a smaller --min-count.")
        raise InputError(f"no gloss of the list is annotated; {found}. Is it the list of this corpus?")

    def _frequent(self, counts: Mapping[str, int]) -> pd.DataFrame:
        unknown = self.uncontrolled(counts)
        signs = sorted(gloss for gloss, n in counts.items() if n >= self.min_count and gloss not in unknown)
        return pd.DataFrame({"class_id": range(len(signs)), "sign": signs})

    def uncontrolled(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Counts of the glosses that are left out because the controlled vocabularies lack them."""
        unknown = {gloss: n for gloss, n in counts.items() if gloss not in self.controlled}
        covered = sum(counts.values()) - sum(unknown.values()) >= COVERED * sum(counts.values())
        return unknown if self.listed is None and covered else {}
