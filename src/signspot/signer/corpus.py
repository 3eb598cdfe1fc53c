"""The embedded corpus: videos of rendered signers with exact annotations, made from a few numbers and a seed."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np
import pandas as pd

from signspot.corpus.names import EXPECTED, check_names, is_name
from signspot.corpus.tables import Tables
from signspot.errors import InputError
from signspot.signer.body import Signer
from signspot.signer.lexicon import Sign, make_lexicon
from signspot.signer.realise import realise
from signspot.signer.timeline import Performance, improvise

SIGNS_PER_SECOND = 0.6
"""A lower bound of the number of signs that any signer makes in a second."""
REST_AT_THE_END = 1.0
"""Seconds after the last sign of a given timeline."""


@dataclass(frozen=True)
class TimelineRow:
    """One sign of a given timeline: who performs what in which video, from when to when (ms)."""

    video: str
    split: str
    signer: str
    sign: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class SyntheticCorpus:
    """The description of an embedded corpus. These values and the name of a video determine the whole video.

    Each video has a signer of its own, numbered through all splits: ``train_s00``, ``train_s01``, …, ``test_s08``, ….
    A video does not change with the number of videos.

    Attributes:
        signs: number of signs of the vocabulary.
        distractors: number of other signs, which are performed but not annotated.
        pairs: share of all signs that form a minimal pair with another sign.
        lexicon_seed: seed of the lexicon.
        seconds: length of each video.
        height: height of the frame in pixels, even.
        fps: frames per second.
        p_vocabulary: share of performed signs that belong to the vocabulary.
        p_rest: share of performed signs with a pause after the sign.
        splits: number of videos by split.
        seed: seed of signers and performances.
        timeline: signs at given times, which replace the improvised signs; see :func:`act_out`.

    Raises:
        InputError: a value is out of its range.
    """

    signs: int = 10
    distractors: int = 24
    pairs: float = 0.3
    lexicon_seed: int = 1
    seconds: float = 30.0
    height: int = 270
    fps: float = 25.0
    p_vocabulary: float = 0.6
    p_rest: float = 0.16
    splits: Mapping[str, int] = field(default_factory=lambda: {"train": 8, "test": 3})
    seed: int = 0
    timeline: tuple[TimelineRow, ...] = ()

    def __post_init__(self) -> None:
        ranges = {
            "signs": (1, 1000),
            "distractors": (0, 1000),
            "pairs": (0, 1),
            "p_vocabulary": (0.01, 1),
            "p_rest": (0, 1),
        }
        ranges |= {"seconds": (2, 86400), "height": (90, 2160), "fps": (1, 240)}
        for key, (low, high) in ranges.items():
            if not low <= getattr(self, key) <= high:
                raise InputError(f"corpus.signer.{key}: is {getattr(self, key)}, expected {low} to {high}. Change it.")
        if self.height % 2:
            raise InputError(f"corpus.signer.height: is {self.height}, expected an even number. Change it.")

    @property
    def width(self) -> int:
        """Width of the frame in pixels: 16:9, even."""
        return self.height * 16 // 9 // 2 * 2


@dataclass(frozen=True)
class _Video:
    name: str
    split: str
    signer: str
    number: int
    rows: tuple[TimelineRow, ...]


def act_out(corpus: SyntheticCorpus, timeline: pd.DataFrame) -> SyntheticCorpus:
    """The corpus in which signers perform a given timeline, for instance that of a real corpus.

    :func:`tables`, :func:`truth` and :func:`render_video` work on this corpus as on any other. Each sign is performed
    exactly from its start to its end. Transitions fill the gaps; if a gap is shorter than 0.12 s, they also take the
    edges of the signs beside the gap. The glosses in alphabetical order are the vocabulary, and get the signs of the
    lexicon. A video ends a second after its last sign.

    Args:
        corpus: the corpus whose other values are kept.
        timeline: columns video, sign, start_ms, end_ms. Optional columns: split, "train" if absent; signer, the name of
            the video if absent. A signer looks the same in all videos.

    Raises:
        InputError: a column is missing, a time is wrong, or rows of a video overlap.
    """
    missing = {"video", "sign", "start_ms", "end_ms"} - set(timeline.columns)
    if missing or timeline.empty:
        lacks = f"has no column {', '.join(sorted(missing))}" if missing else "has no row"
        raise InputError(f"timeline: {lacks}. Expected the columns video, sign, start_ms, end_ms and a row per sign.")
    times = timeline[["start_ms", "end_ms"]].apply(pd.to_numeric, errors="coerce").fillna(-1).astype(int)
    names = {"split": timeline.get("split", "train"), "signer": timeline.get("signer", timeline["video"])}
    table = timeline.assign(**names, **times).sort_values(["video", "start_ms", "end_ms"], kind="stable")
    rows: list[TimelineRow] = []
    for index, row in zip(
        table.index, table[[key.name for key in fields(TimelineRow)]].itertuples(index=False), strict=True
    ):
        row = TimelineRow(*row)
        before = rows[-1] if rows and rows[-1].video == row.video else None
        if problem := _problem(row, before):
            raise InputError(f"timeline, row {index}: {row} {problem}")
        rows.append(row)
    check_names((row.video for row in rows), "timeline")
    return replace(corpus, timeline=tuple(rows))


def _problem(row: TimelineRow, before: TimelineRow | None) -> str | None:
    """What is wrong with a row; ``before`` is the row before it in its video. None if nothing is wrong."""
    if not is_name(row.video) or not row.sign:
        return f"has no sign or a wrong name of its video. Use {EXPECTED}."
    if not 0 <= row.start_ms < row.end_ms:
        return "does not last. Expected whole milliseconds with 0 <= start_ms < end_ms."
    if before and (before.split, before.signer) != (row.split, row.signer):
        return f"has another split or signer than {before}. Give a video one of each."
    if before and row.start_ms < before.end_ms:
        return f"overlaps {before}. A signer makes one sign at a time."
    return None


def tables(corpus: SyntheticCorpus) -> Tables:
    """The tables of the corpus. As in real corpora, only signs of the vocabulary are annotated."""
    videos = _videos(corpus)
    annotations = pd.concat([truth(corpus, video.name) for video in videos], ignore_index=True)
    vocabulary = _vocabulary(corpus)
    return Tables(
        videos=pd.DataFrame(
            {
                "video": [video.name for video in videos],
                "path": [f"videos/{video.name}.mp4" for video in videos],
                "split": [video.split for video in videos],
                "signer": [video.signer for video in videos],
                "handedness": ["left" if _signer(corpus, v).left_handed else "right" for v in videos],
            }
        ),
        annotations=annotations[annotations["sign"].isin(vocabulary)].reset_index(drop=True),
        vocabulary=pd.DataFrame({"class_id": range(len(vocabulary)), "sign": list(vocabulary)}),
    )


def truth(corpus: SyntheticCorpus, video: str) -> pd.DataFrame:
    """All signs that are performed in a video, distractors included: video, sign, start_ms, end_ms.

    Raises:
        InputError: the corpus has no such video.
    """
    instances = performance_of(corpus, video).instances
    return pd.DataFrame(
        {
            "video": [video] * len(instances),
            "sign": [instance.sign.gloss for instance in instances],
            "start_ms": np.array([round(instance.start * 1000) for instance in instances], int),
            "end_ms": np.array([round(instance.end * 1000) for instance in instances], int),
        }
    )


def performance_of(corpus: SyntheticCorpus, video: str) -> Performance:
    """What the signer of a video performs.

    Raises:
        InputError: the corpus has no such video.
    """
    return _performance(corpus, _video(corpus, video))


def random_numbers(corpus: SyntheticCorpus, purpose: str) -> np.random.Generator:
    """The random numbers of a corpus for one purpose, which do not depend on those for another one."""
    return np.random.default_rng([corpus.seed, zlib.crc32(purpose.encode())])


def _videos(corpus: SyntheticCorpus) -> list[_Video]:
    if not corpus.timeline:
        splits = [split for split, n in corpus.splits.items() for _ in range(n)]
        return [_Video(f"{split}_s{i:02d}", split, f"s{i:02d}", i, ()) for i, split in enumerate(splits)]
    rows: dict[str, list[TimelineRow]] = {}
    for row in corpus.timeline:
        rows.setdefault(row.video, []).append(row)
    return [_Video(name, r[0].split, r[0].signer, i, tuple(r)) for i, (name, r) in enumerate(rows.items())]


def _video(corpus: SyntheticCorpus, name: str) -> _Video:
    videos = {video.name: video for video in _videos(corpus)}
    if name not in videos:
        raise InputError(f"{name}: the corpus has no such video, only {', '.join(videos)}. Name one of these.")
    return videos[name]


def _signer(corpus: SyntheticCorpus, video: _Video) -> Signer:
    return Signer.random(random_numbers(corpus, f"signer {video.signer}"))


def _vocabulary(corpus: SyntheticCorpus) -> dict[str, Sign]:
    if not corpus.timeline:
        return {sign.gloss: sign for sign in make_lexicon(corpus.signs, corpus.lexicon_seed, corpus.pairs)}
    glosses = sorted({row.sign for row in corpus.timeline})
    lexicon = make_lexicon(len(glosses), corpus.lexicon_seed, corpus.pairs)
    return {gloss: replace(sign, gloss=gloss) for gloss, sign in zip(glosses, lexicon, strict=True)}


def _performance(corpus: SyntheticCorpus, video: _Video) -> Performance:
    signer, rng = _signer(corpus, video), random_numbers(corpus, f"sign {video.name}")
    if video.rows:
        vocabulary = _vocabulary(corpus)
        times = [(vocabulary[row.sign], row.start_ms / 1000, row.end_ms / 1000) for row in video.rows]
        instances = [realise(sign, signer, start, end, rng) for sign, start, end in times]
        seconds = times[-1][2] + REST_AT_THE_END
    else:
        seconds = corpus.seconds
        instances = improvise(signer, _choose(corpus, video, rng), seconds, corpus.p_rest, rng)
    return Performance(signer, instances, seconds, rng)


def _choose(corpus: SyntheticCorpus, video: _Video, rng: np.random.Generator) -> Iterator[Sign]:
    """Endless signs: rounds of the shuffled vocabulary, with random distractors in between.

    A short video holds only the first signs of a round. The signs with which rounds begin therefore change from video
    to video, so that few and short videos together still show every sign.
    """
    lexicon = make_lexicon(corpus.signs + corpus.distractors, corpus.lexicon_seed, corpus.pairs)
    vocabulary, distractors = lexicon[: corpus.signs], lexicon[corpus.signs :]
    turn = max(int(SIGNS_PER_SECOND * corpus.p_vocabulary * corpus.seconds), 1)
    order = np.roll(np.arange(corpus.signs), -turn * video.number)
    bag: list[int] = []
    while True:
        if distractors and rng.random() >= corpus.p_vocabulary:
            yield distractors[rng.integers(len(distractors))]
            continue
        if not bag:
            bag = [*rng.permutation(order[:turn]), *rng.permutation(order[turn:])]
        yield vocabulary[bag.pop(0)]
