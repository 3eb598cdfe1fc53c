"""What ``signspot convert-clips`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import positive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot convert-clips``."""
    parser.add_argument(
        "lists",
        nargs="+",
        metavar="[SPLIT=]FILE",
        help="JSON of WLASL or MS-ASL, or CSV of AUTSL (video, class); train=FILE where the file tells no split",
    )
    parser.add_argument(
        "--videos", type=Path, required=True, metavar="FOLDER", help="with the videos, also deep inside"
    )
    parser.add_argument("--classes", type=Path, metavar="FILE", help="of AUTSL: table of ClassId and glosses")
    parser.add_argument("--sign-column", default="EN", metavar="NAME", help="of --classes, with the glosses (EN)")
    parser.add_argument("--signs", type=positive, metavar="N", help="the first N classes only, as for WLASL100")
    parser.add_argument("--out", type=Path, required=True, help="folder for clips.tsv and vocabulary.tsv")
    parser.set_defaults(runs="signspot.intake.convert_clips")
