"""Where a corpus comes from."""

from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.plan.sources import SOURCES, check_source, read_corpus, source_files
from signspot.plan.sources.signer import synthetic_corpus

TIMELINE = "video\tsign\tstart_ms\tend_ms\tsplit\nfirst\tCASA\t400\t900\ttrain\nsecond\tCASA\t1000\t1480\ttest\n"


def signer_block(**signer: object) -> dict:
    return {"name": "made_up", "fps": 25, "source": "signer", "signer": {"seconds": 4, **signer}}


def test_the_sources_are_the_modules() -> None:
    assert SOURCES.names() == ["challenge", "isolated", "signer", "tables", "vipl"]


def test_a_given_timeline_becomes_the_corpus(tmp_path: Path) -> None:
    path = tmp_path / "timeline.tsv"
    path.write_text(TIMELINE)
    block = signer_block(timeline=str(path))
    tables = read_corpus(block, 1, "results/made_up")
    assert tables.videos["path"].tolist() == ["results/made_up/videos/first.mp4", "results/made_up/videos/second.mp4"]
    assert tables.annotations.to_numpy().tolist() == [["first", "CASA", 400, 900], ["second", "CASA", 1000, 1480]]
    assert tables.of(["test"]) == ["second"]
    assert source_files(block) == [str(path)]


def test_a_timeline_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.tsv: there is no such file"):
        synthetic_corpus({"timeline": str(tmp_path / "gone.tsv")}, 25, 1)


@pytest.mark.parametrize("block", [{"timeline": "timeline.tsv", "splits": {"train": 1}}, {}])
def test_the_signer_has_either_splits_or_a_timeline(block: dict) -> None:
    with pytest.raises(InputError, match=r"corpus\.signer: has both splits and a timeline, or neither"):
        synthetic_corpus(block, 25, 1)


@pytest.mark.parametrize(
    ("block", "named"),
    [
        ({"source": "folder"}, r"corpus\.source: 'folder' is unknown, expected one of challenge, isolated, signer"),
        ({"source": "tables"}, r"corpus\.tables\.videos: is missing"),
        ({"source": "tables", "tables": {"videos": "v", "annotations": "a", "signs": "s"}}, r"corpus\.tables\.signs"),
        ({"source": "signer", "signer": {"height": "big"}}, r"corpus\.signer\.height: is 'big', expected int"),
        ({"source": "challenge", "challenge": {"folder": "x"}, "sourse": 1}, r"corpus\.sourse: is no key of corpus"),
    ],
)
def test_a_wrong_block_is_named_by_its_key(block: dict, named: str) -> None:
    with pytest.raises(InputError, match=named):
        check_source({"name": "mine", "fps": 25, **block})
