"""A made-up search by text to show: twelve sentences of two videos, two trainings, foreign text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from review_runs import CLOSING, EVIL

from signspot.files import write_json
from signspot.report.retrieval import read_results, write_retrieval
from signspot.retrieval.evaluation import Search, retrieval_json, write_rankings, write_ranks

TEXTS = [
    *("I bought a house.", "She is ill.", EVIL, f"{CLOSING}.", "A tree falls.", "Nobody came.", "It rains."),
    *("We eat.", "The dog barks.", "A cat sleeps.", "They left.", "Who said „no“?"),
]
COUNT = len(TEXTS)
"""More than the places that are written down of each text."""
VIDEOS = ("one", "two & 50%")


def search_of() -> Search:
    """Recognised signs find all but the first sentence, which comes last for them; the trainings find none or all."""
    sentences = pd.DataFrame(
        {
            "video": np.repeat(VIDEOS, COUNT // 2),
            "start_ms": 1000 + 1500 * (np.arange(COUNT) % 6),
            "end_ms": 2000 + 1500 * (np.arange(COUNT) % 6),
            "text": TEXTS,
        }
    )
    right, nothing = np.eye(COUNT), np.zeros((COUNT, COUNT))
    recognised = right.copy()
    recognised[0] = 1 - right[0]
    words = [{"house", "buy"}, set(), {"good morning"}, *[set()] * (COUNT - 3)]
    return Search(sentences, words, recognised, np.array([right / 4, nothing], np.float32))


@dataclass(frozen=True)
class RetrievalRun:
    """The files of a search in a folder, and the files of its videos."""

    folder: Path
    videos: Mapping[str, Path]

    @property
    def files(self) -> tuple[Path, Path, Path]:
        """Scores, ranks and first places."""
        return self.folder / "retrieval.json", self.folder / "ranks.tsv", self.folder / "rankings.tsv"

    def write(self) -> Path:
        """The page, in the folder of the files."""
        write_retrieval(self.folder, title="corpus, run demo", results=read_results(*self.files), videos=self.videos)
        return self.folder / "index.html"


def run_of(folder: Path, videos: Mapping[str, Path]) -> RetrievalRun:
    """What the workflow writes of the search."""
    run, search = RetrievalRun(folder, videos), search_of()
    scores, ranks, rankings = run.files
    folder.mkdir(parents=True, exist_ok=True)
    write_json(scores, retrieval_json(search))
    write_ranks(search, ranks)
    write_rankings(search, rankings)
    return run
