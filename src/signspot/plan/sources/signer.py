"""The embedded corpus: a rendered signer whose signs and times are known exactly."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from signspot.corpus.tables import Tables
from signspot.errors import InputError
from signspot.plan.sources import Corpus
from signspot.rows import read_rows
from signspot.signer import SyntheticCorpus, act_out
from signspot.signer import tables as signer_tables

INPUTS = ("timeline",)
RENDERS = True


def signer(
    corpus: Corpus,
    *,
    splits: Mapping | None = None,
    timeline: str = "",
    signs: int = 10,
    distractors: int = 24,
    pairs: float = 0.3,
    lexicon_seed: int = 1,
    seconds: float = 30.0,
    height: int = 270,
    p_vocabulary: float = 0.6,
    p_rest: float = 0.16,
) -> Tables:
    """The corpus that the rendered signers act out; its videos are rendered to ``videos/`` of its results.

    Args:
        splits: number of videos per split, each with a signer of its own.
        timeline: path of a table of the signs to act out, in the place of ``splits``.

    The other options are those of :class:`signspot.signer.SyntheticCorpus`.

    Raises:
        InputError: a value is out of its range, or the table of the timeline is missing or wrong.
    """
    options = {"signs": signs, "distractors": distractors, "pairs": pairs, "lexicon_seed": lexicon_seed}
    options |= {"seconds": seconds, "height": height, "p_vocabulary": p_vocabulary, "p_rest": p_rest}
    options |= {key: value for key, value in (("splits", splits), ("timeline", timeline)) if value}
    tables = signer_tables(synthetic_corpus(options, corpus.fps, corpus.seed))
    return replace(tables, videos=tables.videos.assign(path=f"{corpus.results}/" + tables.videos["path"]))


def synthetic_corpus(block: Mapping[str, Any], fps: float, seed: int) -> SyntheticCorpus:
    """The embedded corpus that a block ``corpus.signer`` of a configuration asks for.

    Args:
        block: the block ``corpus.signer``.
        fps: frames per second.
        seed: of the configuration.

    Raises:
        InputError: a value is out of its range, or the table of a given timeline is missing or wrong.
    """
    options = dict(block)
    timeline = options.pop("timeline", "")
    if ("splits" in options) == bool(timeline):
        raise InputError("corpus.signer: has both splits and a timeline, or neither. Keep exactly one of the two.")
    made_up = SyntheticCorpus(**options, fps=fps, seed=seed)
    return act_out(made_up, read_rows(timeline)) if timeline else made_up
