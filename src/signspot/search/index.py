"""``signspot index``: writes what changed in annotations, spottings and sentences into an index."""

import argparse
import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from signspot.corpus.names import pasted
from signspot.errors import InputError
from signspot.intake.summary import as_table
from signspot.retrieval.index import Source, Updated, update
from signspot.search.sources import Options, read_source

log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> None:
    """Writes the index and tells what is in it.

    Raises:
        InputError: an option or a source is wrong, or the index is of another version; it stays as it was.
    """
    if not 0 <= arguments.threshold < 1:
        raise InputError(f"--threshold {arguments.threshold:g}: expected a number from 0, less than 1.")
    if arguments.vectors and not arguments.space:
        raise InputError(f"--vectors {arguments.vectors}: belongs to a common space. Name its run too, by --space.")
    options = Options(arguments.sentences, arguments.videos, arguments.spotter or "", arguments.threshold)
    sources = [read_source(path, options) for path in dict.fromkeys(arguments.sources)]
    if arguments.space:
        done = _with_space(arguments.out, sources, arguments.space, arguments.vectors)
    else:
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
    if done.points:
        sys.stdout.write(
            f"{done.points} sentences are in the common space: signspot search --like 'TEXT' --index "
            f"{pasted(arguments.out)}\n"
        )
    elif arguments.space:
        log.warning(
            "%s has features of no sentence of these sources, so that --like finds none. Name sources with the videos "
            "of the run, and their sentences by --sentences.",
            arguments.space,
        )
    for path in done.lost:
        log.warning(
            "%s is indexed, but no longer there; its places stay. If it was moved or deleted, delete %s and call "
            "signspot index again.",
            path,
            arguments.out,
        )


def _with_space(out: Path, sources: Iterable[Source], run: Path, vectors: Path | None) -> Updated:
    from signspot.search.spaces import read_run_space

    space = read_run_space(run, vectors)
    with space.kept_in(out):
        return update(out, map(space.placed, sources), space.kept)
