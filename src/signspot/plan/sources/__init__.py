"""Where a corpus comes from: one module per format. Its builder makes the checked tables from a block of the config.

Facts of a module: ``INPUTS``, the keys of its block that name files; ``RENDERS``, whether the workflow makes the videos
(default: no); ``VIDEOS``, whether there are videos at all (default: yes); ``SINGLE_SIGNS``, whether each shows one sign
(default: no): a video may then be of one frame, and one that shows nobody is told and kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signspot.corpus.tables import Tables
from signspot.errors import InputError
from signspot.registry import Registry

SOURCES = Registry("signspot.plan.sources", "corpus.source")
CORPUS_KEYS = ("name", "fps", "strict", "source")
"""Keys of the block ``corpus`` that every source has."""


@dataclass(frozen=True)
class Corpus:
    """What every source is told about the corpus.

    Args:
        fps: frames per second.
        seed: of the configuration.
        results: folder of the results of the corpus.
        strict: whether a gloss outside the vocabulary is an error.
    """

    fps: float
    seed: int
    results: str
    strict: bool = False


def check_source(block: Mapping[str, Any]) -> None:
    """Checks the block ``corpus`` of a configuration.

    Raises:
        InputError: a source, a key or a value is wrong.
    """
    source, names = block["source"], SOURCES.names()
    SOURCES.check_name(source, "corpus.source")
    for key in block:
        if key not in (*CORPUS_KEYS, *names):
            raise InputError(f"corpus.{key}: is no key of corpus. Its keys are {', '.join((*CORPUS_KEYS, *names))}.")
    SOURCES.check(source, _options(block), f"corpus.{source}")


def read_corpus(block: Mapping[str, Any], seed: int, results: str) -> Tables:
    """The checked tables of a corpus, whatever its source.

    Args:
        block: the block ``corpus`` of a checked configuration.
        seed: of the configuration; the embedded corpus alone uses it.
        results: folder of the results of the corpus, in which the embedded corpus is rendered.

    Raises:
        InputError: a table, a folder or a video is missing or wrong.
    """
    corpus = Corpus(block["fps"], seed, results, block.get("strict", False))
    source = block["source"]
    return SOURCES.build(source, corpus, key=f"corpus.{source}", **_options(block))


def shows_single_signs(source: str) -> bool:
    """Whether each video of a source shows one sign."""
    return SOURCES.fact(source, "SINGLE_SIGNS", False)


def source_files(block: Mapping[str, Any]) -> list[str]:
    """The files that the tables of a corpus are made from."""
    options = _options(block)
    return [options[key] for key in SOURCES.fact(block["source"], "INPUTS", ()) if key in options]


def _options(block: Mapping[str, Any]) -> Mapping[str, Any]:
    return block.get(block["source"], {})
