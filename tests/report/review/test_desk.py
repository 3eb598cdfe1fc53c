"""The correction desk in a real browser: decisions by keys alone, kept over a reload and in a file."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from review_runs import EVIL, SPOTTINGS, Run

from signspot.rows import read_rows

Open = Callable[..., Page]
LISTED = len(SPOTTINGS) + 1
"""Spottings, and a missed sign."""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def left(page: Page, number: int) -> None:
    expect(page.locator("#left")).to_have_text(f"{number} of {LISTED} left" if number else "Nothing is left")


def corrected(page: Page) -> Locator:
    return page.get_by_role("group", name="Corrected").locator(".bar")


def labels(page: Page) -> list[str]:
    return [bar.get_attribute("aria-label") for bar in corrected(page).all()]


def saved(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(folder / "corrections.json")
    return folder / "corrections.json"


def test_keys_accept_and_reject_one_after_the_other(page: Page) -> None:
    left(page, 7)
    press(page, "w", "a", "x", "x")
    left(page, 4)
    decisions = page.locator("#rows td.sign").all_inner_texts()
    assert [text.split("\n")[-1] for text in decisions[:4]] == ["= accepted", "– rejected", "– rejected", "CASA"]
    assert labels(page) == ["CASA, accepted, 0:01.00 for 0.64 s"]
    expect(page.locator(".bar.taken-out")).to_have_count(2)


def test_the_same_decision_again_takes_it_back_and_undo_takes_back_each_step(page: Page) -> None:
    press(page, "w", "a", "p", "a")
    left(page, 7)
    press(page, "z")
    left(page, 6)
    press(page, "z")
    left(page, 7)
    expect(page.locator("#undo")).to_be_disabled()
    expect(page.locator("#rows tr[aria-current] .open")).to_have_text("CASA")


def test_to_accept_what_was_changed_or_added_keeps_it_and_goes_on(page: Page) -> None:
    press(page, "w", "E", "a")
    assert labels(page) == ["CASA, changed, 0:01.00 for 0.68 s"]
    expect(page.locator("#rows tr[aria-current] .open")).to_have_text("MÉDICO")
    press(page, "m")
    page.keyboard.type("casa")
    press(page, "Enter", "a")
    assert len(labels(page)) == 2


def test_a_gloss_is_completed_without_its_accents(page: Page) -> None:
    press(page, "w", "g")
    page.keyboard.type("medi")
    assert page.locator("#glosses li").all_inner_texts() == ["MÉDICO"]
    press(page, "ArrowDown", "Enter")
    assert labels(page) == ["MÉDICO, changed, 0:01.00 for 0.64 s"]
    assert "✎ changed to MÉDICO" in page.locator("#rows td.sign").first.inner_text()
    press(page, "g")
    page.keyboard.type("casa")
    press(page, "Enter")
    assert labels(page) == ["CASA, accepted, 0:01.00 for 0.64 s"]


def test_a_gloss_outside_the_vocabulary_is_taken_and_told_and_escape_leaves_it(page: Page) -> None:
    press(page, "w", "g")
    page.keyboard.type("NEW")
    press(page, "Escape")
    expect(page.locator("#gloss")).to_have_value("CASA")
    press(page, "g")
    page.keyboard.type("NEW")
    press(page, "Enter")
    expect(page.locator("#desk-note")).to_have_text("NEW is not in the vocabulary.")
    assert labels(page) == ["NEW, changed, 0:01.00 for 0.64 s"]


def test_borders_move_by_frames_and_to_the_playhead(page: Page) -> None:
    press(page, "w", "S", "E", "E")
    assert labels(page) == ["CASA, changed, 0:01.04 for 0.68 s"]
    expect(page.locator("#clock")).to_have_text("0:01.72")
    press(page, "s", "s", "e", "ArrowRight", "ArrowRight", "o")
    assert labels(page) == ["CASA, changed, 0:00.96 for 0.80 s"]


def test_a_border_stops_at_the_other_one_and_at_the_end_of_the_video(page: Page) -> None:
    page.get_by_role("group", name="Spotted").locator(".bar").last.click()
    press(page, *["e"] * 12)
    assert labels(page) == [f"{EVIL}, changed, 0:09.00 for 0.04 s"]
    expect(page.locator("#desk-note")).to_contain_text("begins before its end")
    assert page.evaluate("window.hurt") is None


def test_a_missed_sign_is_added_at_the_playhead_and_removed(page: Page) -> None:
    press(page, "Shift+ArrowRight", "Shift+ArrowRight", "m")
    page.keyboard.type("med")
    press(page, "ArrowDown", "Enter")
    assert labels(page) == ["MÉDICO, added, 0:02.00 for 0.40 s"]
    press(page, "E")
    expect(page.locator("#chosen")).to_contain_text("MÉDICO, added, 0:02.00 for 0.44 s")
    left(page, 7)
    press(page, "x")
    expect(corrected(page)).to_have_count(0)
    press(page, "z")
    assert labels(page) == ["MÉDICO, added, 0:02.00 for 0.44 s"]


def test_the_list_shows_what_is_left(page: Page) -> None:
    press(page, "w", "a", "x")
    page.select_option("#decision", "left")
    expect(page.locator("#rows tr")).to_have_count(5)
    page.select_option("#decision", "rejected")
    assert page.locator("#rows .open").all_inner_texts() == ["MÉDICO"]


def test_decisions_outlast_a_reload(page: Page) -> None:
    press(page, "w", "a", "x", "E", "m")
    page.keyboard.type("casa")
    press(page, "Enter")
    before = labels(page)
    assert len(before) == 3
    page.reload()
    assert labels(page) == before
    left(page, 4)


def test_a_browser_that_keeps_nothing_says_so(page: Page) -> None:
    full = "throw new DOMException('full', 'QuotaExceededError')"
    page.evaluate(f"() => {{ Storage.prototype.setItem = () => {{ {full}; }}; }}")
    press(page, "w", "a")
    left(page, 6)
    expect(page.locator("#trouble")).to_contain_text("cannot keep your corrections (QuotaExceededError). Download them")


def test_what_the_browser_kept_is_read_as_strictly_as_a_file(page: Page) -> None:
    press(page, "w", "a")
    page.evaluate('Object.keys(localStorage).forEach((key) => localStorage.setItem(key, \'{"video": "gone"}\'))')
    page.reload()
    left(page, 7)
    expect(page.locator("#trouble")).to_contain_text("its video gone is not on this page")


def test_signs_that_overlap_are_told(page: Page) -> None:
    press(page, "w", "a", "p", "m")
    page.keyboard.type("medico")
    press(page, "Enter")
    expect(page.locator("#overlap")).to_have_text("CASA and MÉDICO overlap at 0:01.00: move a boundary, or reject one.")
    press(page, "z")
    expect(page.locator("#overlap")).to_have_text("")


def test_a_file_brings_the_decisions_to_another_browser(show: Open, page: Page, file: Path, tmp_path: Path) -> None:
    press(page, "w", "a", "x", "E")
    before, path = labels(page), saved(page, tmp_path)
    other = show(file)
    left(other, 7)
    press(other, "w", "x")
    other.set_input_files("#load-file", path)
    left(other, 4)
    assert labels(other) == before
    press(other, "z")
    left(other, 6)


def test_the_file_tells_each_edit_and_what_is_left(page: Page, tmp_path: Path) -> None:
    press(page, "w", "a", "x", "E")
    told = json.loads(saved(page, tmp_path).read_text(encoding="utf-8"))
    assert (told["format"], told["version"], told["run"]) == ("signspot corrections", 1, "demo")
    (video,) = told["videos"]
    assert (video["video"], video["left"]) == ("one", 2)
    casa = {"sign": "CASA", "start_ms": 1000, "end_ms": 1640}
    changed = {"sign": "CASA", "start_ms": 3200, "end_ms": 3640}
    assert video["edits"] == [
        {"state": "accepted", "original": casa | {"score": 0.9}, "final": casa},
        {
            "state": "rejected",
            "original": {"sign": "MÉDICO", "start_ms": 3000, "end_ms": 3600, "score": None},
            "final": None,
        },
        {"state": "changed", "original": changed | {"score": 0.4}, "final": changed | {"end_ms": 3680}},
    ]


def test_decisions_are_saved_as_a_table(page: Page, tmp_path: Path) -> None:
    press(page, "w", "a", "x")
    with page.expect_download() as download:
        page.click("#save-table")
    download.value.save_as(tmp_path / "corrections.tsv")
    table = read_rows(tmp_path / "corrections.tsv")
    assert table[["video", "decision", "sign", "start_ms", "spotted_sign", "score"]].to_numpy().tolist() == [
        ["one", "accepted", "CASA", "1000", "CASA", "0.9"],
        ["one", "rejected", "", "", "MÉDICO", ""],
    ]


WHOLE = {"format": "signspot corrections", "version": 1, "run": "demo", "videos": []}
LATE = {"state": "added", "original": None, "final": {"sign": "CASA", "start_ms": 900, "end_ms": 100}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no JSON", "cannot be loaded"),
        ("null", "it is no file of corrections"),
        (json.dumps(WHOLE | {"version": 2}), "it is no file of corrections, version 1"),
        (json.dumps(WHOLE | {"run": "other"}), "it is of the run other"),
        (json.dumps(WHOLE | {"videos": [None]}), "is not on this page"),
        (json.dumps(WHOLE | {"videos": [{"video": "gone", "edits": []}]}), "its video gone is not on this page"),
        (json.dumps(WHOLE | {"videos": [{"video": "one", "edits": [LATE]}]}), "an edit of its video one is not whole"),
    ],
)
def test_a_wrong_file_is_refused_and_changes_nothing(page: Page, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "wrong.json").write_text(text, encoding="utf-8")
    press(page, "w", "a")
    page.set_input_files("#load-file", tmp_path / "wrong.json")
    expect(page.locator("#desk-note")).to_contain_text("wrong.json cannot be loaded: ")
    expect(page.locator("#desk-note")).to_contain_text(told)
    left(page, 6)


def test_what_was_accepted_stays_where_new_spottings_lack_it(show: Open, page: Page, run: Run, tmp_path: Path) -> None:
    press(page, "w", "a", "x")
    path = saved(page, tmp_path)
    other = show(replace(run, spottings=run.spottings[1:], annotations=None).write(tmp_path))
    other.set_input_files("#load-file", path)
    expect(other.locator("#desk-note")).to_have_text("Loaded; 1 rejected spottings are not on this page.")
    assert labels(other) == ["CASA, added, 0:01.00 for 0.64 s"]
