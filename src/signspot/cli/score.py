"""What ``signspot score`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import ANNOTATED, add_elan_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot score``."""
    parser.add_argument("--truth", type=Path, required=True, help=f"annotations: {ANNOTATED}")
    parser.add_argument("--predictions", type=Path, required=True, help="in any of these formats but the last")
    parser.add_argument("--vocabulary", type=Path, help="links glosses with class ids: a .tsv table (class_id, sign)")
    parser.add_argument("--json", action="store_true", help="print one JSON object, the content of scores.json")
    add_elan_options(parser.add_argument_group("tiers of ELAN documents"))
    parser.set_defaults(runs="signspot.evaluation.score")
