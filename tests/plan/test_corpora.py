"""From the configuration to the corpus."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.corpus.tables import Tables
from signspot.errors import InputError
from signspot.plan.corpora import check_checkpoints, provenance, read_corpus, shards_of, synthetic_corpus

TIMELINE = "video\tsign\tstart_ms\tend_ms\tsplit\nfirst\tCASA\t400\t900\ttrain\nsecond\tCASA\t1000\t1480\ttest\n"


def corpus_block(**signer: object) -> dict:
    return {"name": "made_up", "fps": 25, "source": "signer", "signer": {"seconds": 4, **signer}}


def test_a_given_timeline_becomes_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "timeline.tsv").write_text(TIMELINE)
    tables = read_corpus(corpus_block(timeline=str(tmp_path / "timeline.tsv")), 1, "results/made_up")
    assert tables.videos["path"].tolist() == ["results/made_up/videos/first.mp4", "results/made_up/videos/second.mp4"]
    assert tables.annotations.to_numpy().tolist() == [["first", "CASA", 400, 900], ["second", "CASA", 1000, 1480]]
    assert tables.of(["test"]) == ["second"]


def test_a_timeline_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.tsv: there is no such file"):
        synthetic_corpus(corpus_block(timeline=str(tmp_path / "gone.tsv")), 1)


def test_a_timeline_names_its_own_splits(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"corpus\.signer: has splits and a timeline"):
        synthetic_corpus(corpus_block(timeline="timeline.tsv", splits={"train": 1}), 1)


@pytest.mark.parametrize("key", ["pretrained", "trained"])
def test_published_weights_that_are_not_there_are_named_by_their_key(tmp_path: Path, key: str) -> None:
    (tmp_path / "here.pth").touch()
    check_checkpoints({"rgb": {key: {"path": str(tmp_path / "here.pth")}}, "flow": {}})
    with pytest.raises(InputError, match=rf"experts\.rgb\.{key}\.path: .*gone\.pth is no file"):
        check_checkpoints({"rgb": {key: {"path": str(tmp_path / "gone.pth")}}})


def test_the_provenance_of_a_run_counts_and_names_nobody() -> None:
    rows = [
        ("a", "train", "anna"),
        ("b", "train", "bert"),
        ("c", "val", ""),
        ("d", "test", "anna"),
        ("e", "test", "eve"),
    ]
    videos = pd.DataFrame(rows, columns=["video", "split", "signer"])
    tables = Tables(videos, pd.DataFrame(), pd.DataFrame())
    runs = {"final": {"train": ["train", "val"], "test": ["test"], "select": "last"}}
    config = {"corpus": {"name": "mine"}, "seed": 1, "decoder": "cells", "runs": runs}
    assert provenance(tables, config, "final") == {
        **{"corpus": "mine", "run": "final", "seed": 1, "decoder": "cells"},
        "train": {"splits": ["train", "val"], "videos": 3, "signers": 2},
        "validation": {"splits": [], "videos": 0, "signers": 0},
        "test": {"splits": ["test"], "videos": 2, "signers": 2},
        "shared_signers": 1,
    }


@given(st.lists(st.text(), unique=True), st.integers(1, 20))
def test_shards_are_even_and_hold_every_video_once(videos: list[str], size: int) -> None:
    shards = shards_of(videos, size)
    assert [video for shard in shards.values() for video in shard] == videos
    assert list(shards) == sorted(shards)
    sizes = {len(shard) for shard in shards.values()}
    assert not sizes or (max(sizes) <= size and max(sizes) - min(sizes) <= 1)
