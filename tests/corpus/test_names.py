"""Names and paths from elsewhere."""

import shlex
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.corpus.names import (
    LONGEST,
    check_names,
    check_no_braces,
    folded,
    is_name,
    name_of,
    pasted,
    shown,
    unwritable,
    video_name,
    wrong_names,
)
from signspot.errors import InputError

BAD = [
    *("", ".", "..", "../a", "/etc/passwd", "a/b", "a\\b", "C:a", "a b", "a.b", ".a", "~", "a*", "a?", 'a"', "a|b"),
    *("a\n", "\na", "a\r", "a\t", "a\x00", "a\x1b[2J", "a\u2028", "a\u202egpj", "a\ud800", "a\udce1"),
    *("<a>", "{a}", "$a", "a;b", "x" * (LONGEST + 1), "é" * (LONGEST // 2 + 1), "手" * (LONGEST // 3 + 1)),
]
GOOD = ["NA", "null", "-0Xh2kq", "--7E2sU6zP4-5-rgb_front", "días", "手話_01", "интервью-3", "x" * LONGEST, "Straße"]


@pytest.mark.parametrize("name", BAD)
def test_what_could_lead_elsewhere_or_fits_no_disk_is_no_name(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(InputError, match="expected letters, digits, _ and - only"):
        check_names(["right", name], "the table")


@pytest.mark.parametrize("name", GOOD)
def test_names_as_corpora_have_them(name: str) -> None:
    assert is_name(name)
    check_names([name, name, "other"], "the table")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Rec1", "rec1"), ("CAFÉ", "café"), ("ÉCOLE", "e\u0301cole"), ("Straße", "STRASSE"), ("ΣΑΣ", "σας"), ("Ⅷ", "ⅷ")],
)
def test_names_that_differ_in_case_alone_are_told_together(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    rows = pd.DataFrame({"video": ["right", one, one, other]})
    [*_, problem] = wrong_names(rows, "videos.tsv")
    assert problem.startswith(f"videos.tsv: video: {one!r} and {other!r} differ in upper and lower case alone")


def test_a_table_names_its_lines() -> None:
    assert wrong_names(pd.DataFrame({"video": ["a", "../b"]}), "videos.tsv") == [
        f"videos.tsv, line 3: video is '../b', expected letters, digits, _ and - only, up to {LONGEST} bytes."
    ]
    assert wrong_names(pd.DataFrame({"video": []}, dtype=str), "videos.tsv") == []


@given(st.text(max_size=300))
def test_every_text_makes_a_name(text: str) -> None:
    assert is_name(video_name(text))
    assert is_name(f"{video_name(text)}_{10**6}"), "with a number behind"


def test_names_made_of_texts() -> None:
    assert video_name("a film (1)") == "a_film_1_"
    assert video_name("../../etc") == "_etc"
    assert name_of("", "corpus") == "corpus"
    assert len(video_name("手" * 200).encode()) <= LONGEST


@pytest.mark.parametrize("name", ["p\udce1.mp4", "a\nb.mp4", "a\tb.mp4", "\x1b[2Ja.mp4", "a\x85b.mp4", "a\u2028b.mp4"])
def test_paths_that_no_table_can_hold(name: str) -> None:
    assert "rename it" in unwritable(Path("films") / name)
    assert shown(name).isprintable()


def test_right_paths_can_be_written() -> None:
    assert not any(map(unwritable, [Path("a film (1).mp4"), "día {x}.mp4", "手話.mp4"]))


def test_a_message_shows_what_a_terminal_cannot() -> None:
    assert shown("día\udce1\n.mp4") == "'día\\xe1\\n.mp4'"
    assert shown("\ud800") == "'\\ud800'"


@pytest.mark.parametrize("path", ["a b", "it's", "vídeos (2024)", "$HOME", "a;b", "`x`", "a\nb", "-x/config.yaml", "*"])
def test_a_pasted_path_is_one_argument_and_no_option(path: str) -> None:
    [argument] = shlex.split(pasted(path))
    assert Path(argument) == Path(path) and not argument.startswith("-")


@pytest.mark.parametrize("path", ["results {x}", "a}/b", "{}/a", "a{,b}"])
def test_braces_are_refused_with_their_place(path: str) -> None:
    with pytest.raises(InputError, match=r"results: .* holds \{ or \}, which Snakemake takes for a wildcard"):
        check_no_braces([("seed", "right"), ("results", path)])
