"""What ``signspot search`` may be told."""

import argparse
from pathlib import Path

from signspot.cli.parts import positive

QUERY = """
queries:
  HOUSE BUY                    signs in any order, places with both first
  HOUSE … BUY within 3 s       all signs in this order (... is the same), and how near; outside of sentences 5 s
  HOU* "GOOD MORNING"          * stands for any letters; quotation marks hold a gloss of several words together
  HOUSE text:bought            HOUSE in sentences whose text has the word
  text:"bought a hou*"         words of a sentence, next to each other

  --like "someone falls ill"   sentences near this text in the common space that signspot index --space wrote;
                               with signs too: by the mean of both similarities, all sentences ranked

Give a query in quotation marks: signspot search 'HOUSE text:"a house"' --index INDEX
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``signspot search``."""
    add = parser.add_argument
    add("query", nargs="?", default="", help="glosses of signs, and what else is told below")
    add("--text", default="", metavar="WORDS", help='of a sentence, next to each other; the same as text:"WORDS"')
    add("--like", default="", metavar="TEXT", help="rank sentences by how similar they are to this text in meaning")
    add("--index", type=Path, required=True, metavar="INDEX", help="folder that signspot index wrote")
    add("--signer", default="", metavar="NAME", help="in videos of this signer alone")
    add("--video", default="", metavar="NAME", help="in this video alone")
    add("--min-score", type=float, default=0.0, metavar="X", help="only signs with this score or more, 0 to 1")
    add("--limit", type=positive, metavar="N", help="the best N places (20; on a page 1000)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs: all about each place, times in ms")
    form.add_argument("--out", type=Path, metavar="FOLDER", help="a page, index.html, where a click plays a place")
    parser.epilog, parser.formatter_class = QUERY, argparse.RawDescriptionHelpFormatter
    parser.set_defaults(runs="signspot.search.search")
