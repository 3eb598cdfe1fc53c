"""What indexing and searching take for hours of made-up spottings, sentences and predictions: time, memory, size.

    python benchmarks/search.py [--hours 1 10 100] [--predicted 1 10] [--folder FOLDER] [--out FILE]

Each step is measured in a process of its own; memory is the peak of that process. Prints a TSV and writes
``benchmarks/results/search.json``.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import spotted_hours
from measuring import RESULTS, machine, measured, write_results

from signspot.retrieval.index import FILE

QUERIES = ("W100", "W0", "W*", "W0 … W1 within 3 s", "W0 W1 W2 W3 W4", "W0 text:w5", 'text:"w0 w1"')
"""A rare sign, the most frequent one, all signs, an order, five frequent signs, and texts."""


def measure(folder: Path, hours: int) -> Iterator[dict[str, Any]]:
    """The steps of so many hours: the index, the same again without a change, and each query."""
    tables, out = folder / f"hours{hours}", folder / f"index{hours}"
    spotted_hours.write_hours(tables, hours)
    for step in ("index", "index again"):
        yield _row(hours, step, spotted_hours.index, tables, out) | {"mib": (out / FILE).stat().st_size / 2**20}
    for query in QUERIES:
        yield _row(hours, query, spotted_hours.query, out, query)


def measure_predicted(folder: Path, hours: int) -> Iterator[dict[str, Any]]:
    """The index of the predictions for so many hours, and the same again without a change."""
    run, out = spotted_hours.write_predicted_hours(folder / f"predicted{hours}", hours), folder / f"of_spotter{hours}"
    for step in ("index --spotter", "index --spotter again"):
        yield _row(hours, step, spotted_hours.index_predictions, run, out) | {
            "mib": (out / FILE).stat().st_size / 2**20
        }


def _row(hours: int, step: str, *stage: Any) -> dict[str, Any]:
    cost = measured(*stage)
    taken = {"cpu_s": cost.cpu_s, "wall_s": cost.wall_s, "peak_mib": cost.peak_mib}
    return {"hours": hours, "step": step, "places": cost.result} | taken


def print_table(rows: Sequence[dict[str, Any]]) -> None:
    """As tab-separated values; ``mib`` is the size of the index."""
    pd.DataFrame(rows).to_csv(sys.stdout, sep="\t", index=False, float_format="%.3g", quoting=csv.QUOTE_NONE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--predicted", type=int, nargs="*", default=[1, 10], help="hours of predictions")
    parser.add_argument("--folder", type=Path, help="for tables and indexes, 50 MB for 100 hours")
    parser.add_argument("--out", type=Path, default=RESULTS / "search.json")
    arguments = parser.parse_args()
    described = machine()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch:
        rows = [row for hours in arguments.hours for row in measure(Path(scratch), hours)]
        rows += [row for hours in arguments.predicted for row in measure_predicted(Path(scratch), hours)]
    print_table(rows)
    write_results(arguments.out, machine=described, steps=rows)


if __name__ == "__main__":
    main()
