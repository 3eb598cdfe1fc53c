"""The page of a comparison: its numbers, its figure, and text that cannot break out."""

import re
from html import unescape
from pathlib import Path

import pytest
from review_runs import EVIL
from scored_runs import TEST

from signspot.report.comparison import write_comparison
from signspot.scoring.comparison import Comparison, compare

SIGNS = {0: "HOUSE", 1: "TREE"}
TRUTH = {video: [(0, 0, 1000), (1, 2000, 3000)] for video in TEST}
HALF = {video: rows[:1] for video, rows in TRUTH.items()}
SIGNERS = {video: f"s{number % 2}" for number, video in enumerate(TRUTH)}


def comparison(name: str = "other", videos: int = 8, signs: dict[int, str] | None = None) -> Comparison:
    truth = dict(list(TRUTH.items())[:videos])
    return compare(truth, {"half": HALF, "all": TRUTH, name: HALF}, signs or SIGNS, SIGNERS, resamples=100)


def words_of(folder: Path) -> str:
    """The text of the page without the figure, on one line."""
    body = (folder / "index.html").read_text(encoding="utf-8").split("<body>")[1]
    return " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]*>", " ", body, flags=re.S)).split())


def test_it_tells_scores_differences_and_parts(tmp_path: Path) -> None:
    write_comparison(tmp_path, comparison(), ["Videos that are left out: 2."])
    words = words_of(tmp_path)
    assert words.startswith("Comparison of 3 runs 8 videos, by signspot")
    for told in (
        "Videos that are left out: 2.",
        "half 0.667 0.667 to 0.667 1.000 0.500 0.667 1.000 0.500",
        "Differences from half",
        "all official +0.333 +0.333 to +0.333 differs",
        "other strict +0.000 +0.000 to +0.000 no difference is shown",
        "95 % of 100 resamples of the videos (seed 0)",
        "By signer signer annotated half all other largest difference s0 8 0.667 1.000 0.667 0.333",
        "By sign sign annotated half all other largest difference TREE 8 0.000 1.000 0.000 1.000 HOUSE 8",
    ):
        assert told in words


def test_the_figure_has_a_line_for_each_run_but_the_first(tmp_path: Path) -> None:
    write_comparison(tmp_path, comparison())
    (figure,) = re.findall(r"<svg.*?</svg>", (tmp_path / "index.html").read_text(encoding="utf-8"), re.S)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", figure)
    assert [text for text in texts if text in ("half", "all", "other")] == ["all", "other"]
    assert "F1 above that of half" in texts and texts[-2:] == ["official", "strict"]


@pytest.mark.parametrize(("videos", "told"), [(1, "1 video, by"), (5, "5 videos, by")])
def test_few_videos_have_no_verdict(tmp_path: Path, videos: int, told: str) -> None:
    write_comparison(tmp_path, comparison(videos=videos))
    words = words_of(tmp_path)
    assert told in words and "fewer than 6 videos: nothing can be said" in words
    assert "differs no" not in words and "no difference" not in words


def test_foreign_text_stays_in_its_place(tmp_path: Path) -> None:
    write_comparison(tmp_path, comparison(EVIL, signs={0: EVIL, 1: "$x_{$"}), [EVIL])
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<img" not in text and "<script" not in text
    assert "$x_{$" in words_of(tmp_path)


def test_the_page_loads_nothing(tmp_path: Path) -> None:
    write_comparison(tmp_path, comparison())
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert not re.findall(r'(?:src|href)="(?!#)', text)


def test_the_same_comparison_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_comparison(tmp_path / folder, comparison())
    assert (tmp_path / "one/index.html").read_bytes() == (tmp_path / "two/index.html").read_bytes()
