"""``signspot index``: writes what changed in annotations, spottings and sentences into an index."""

import argparse
import logging
import sys

from signspot.corpus.names import pasted
from signspot.errors import InputError
from signspot.intake.summary import as_table
from signspot.retrieval.index import update
from signspot.search.sources import Options, read_source

log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> None:
    """Writes the index and tells what is in it.

    Raises:
        InputError: an option or a source is wrong, or the index is of another version; it stays as it was.
    """
    if not 0 <= arguments.threshold < 1:
        raise InputError(f"--threshold {arguments.threshold:g}: expected a number from 0, less than 1.")
    options = Options(arguments.sentences, arguments.videos, arguments.spotter or "", arguments.threshold)
    sources = [read_source(path, options) for path in dict.fromkeys(arguments.sources)]
    done = update(arguments.out, sources)
    rows = [
        (source.path, source.kind, counts.new, counts.changed, counts.same, counts.gone)
        for source, counts in done.counts
    ]
    table = as_table(["source", "what", "new videos", "changed", "as before", "gone"], rows)
    sys.stdout.write(
        f"{table}\n\nThe index holds {done.signs} places of signs and {done.sentences} sentences.\n"
        f"Search it: signspot search 'GLOSS' --index {pasted(arguments.out)}\n"
    )
    for path in done.lost:
        log.warning(
            "%s is indexed, but no longer there; its places stay. If it was moved or deleted, delete %s and call "
            "signspot index again.",
            path,
            arguments.out,
        )
