"""What ``signspot compare`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import ANNOTATED, add_elan_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot compare``."""
    add = parser.add_argument
    add(
        "compared",
        type=Path,
        nargs="+",
        metavar="RUN",
        help="results/CORPUS/runs/RUN, or with --truth spottings in any format; all others are compared with the first",
    )
    add("--truth", type=Path, help=f"annotations of the test videos: {ANNOTATED}; by default those of the runs")
    add("--vocabulary", type=Path, help="links glosses with class ids: a .tsv table (class_id, sign)")
    add("--out", type=Path, metavar="FOLDER", help="for a page of the comparison")
    add("--json", action="store_true", help="print one JSON object")
    add("--seed", type=int, default=0, help="of the resamples (0)")
    add_elan_options(parser.add_argument_group("tiers of ELAN documents"))
    parser.set_defaults(runs="signspot.evaluation.compare")
