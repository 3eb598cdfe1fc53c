"""The page of a search by text in a real browser: a sentence lists its first places, and places play."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from retrieval_runs import COUNT, RetrievalRun, run_of

Open = Callable[..., Page]
SHOWN_MS = 60_000
"""A browser on a busy machine takes its time."""


@pytest.fixture
def page(show: Open, run: RetrievalRun) -> Page:
    page = show(run.write())
    page.set_default_timeout(SHOWN_MS)
    return page


def until_playing(page: Page, start: float, end: float) -> None:
    """Waits until the video plays between two times (s)."""
    until = time.monotonic() + SHOWN_MS / 1000
    while time.monotonic() < until:
        now, paused = page.evaluate(
            "(({ currentTime, paused }) => [currentTime, paused])(document.querySelector('video'))"
        )
        if not paused and start < now <= end:
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"the video stays at {now} s")


def test_a_sentence_plays_its_first_place_and_a_click_another(page: Page) -> None:
    page.get_by_role("button", name="Nobody came.: show its first places").click()
    until_playing(page, 8.5, 9.5)
    expect(page.locator("#chosen")).to_have_text("Nobody came.")
    rows = page.locator("#place-rows tr")
    expect(rows).to_have_count(10)
    assert rows.nth(0).locator("td").all_inner_texts() == ["1", "✓ Nobody came.", "one 0:08.50", "0.56"]
    expect(page.locator("#name")).to_have_text("Nobody came. one, 0:08.50 to 0:09.50, the sentence of the text")
    rows.nth(1).click()
    until_playing(page, 1, 2)
    expect(page.locator("#words")).to_have_text("buy, house")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(rows.nth(0)).not_to_have_attribute("aria-current", "true")


def test_a_sentence_that_is_not_found_comes_behind_the_first_places(page: Page) -> None:
    page.get_by_role("button", name="I bought a house.: show its first places").click()
    rows = page.locator("#place-rows tr")
    expect(rows).to_have_count(11)
    assert rows.nth(10).locator("td").all_inner_texts() == ["12", "✓ I bought a house.", "one 0:01.00", "–"]


def test_sentences_are_sorted_and_filtered(page: Page) -> None:
    rows = page.locator("#sentence-rows tr")
    expect(rows).to_have_count(COUNT)
    assert rows.nth(0).locator("td").all_inner_texts() == ["She is ill.", "1", "1", "1"]
    page.get_by_role("button", name="both").click()
    assert rows.nth(0).locator("td").all_inner_texts() == ["I bought a house.", "12", "1", "12"]
    page.fill("#sentence-text", "TREE")
    expect(rows).to_have_count(1)
    page.fill("#sentence-text", "nothing like it")
    expect(page.locator("#no-sentence")).to_be_visible()


def test_keys_are_enough(page: Page) -> None:
    page.get_by_role("button", name="It rains.: show its first places").focus()
    page.keyboard.press("Enter")
    until_playing(page, 1, 2)
    button = page.locator("#place-rows button").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_be_focused()
    page.locator("#play").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#play")).to_have_text("Play")


def test_foreign_text_is_never_run(page: Page) -> None:
    page.locator("#sentence-rows tr").nth(1).click()
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0


def test_a_narrow_page_with_videos_that_are_gone(show: Open, tmp_path: Path) -> None:
    gone = run_of(tmp_path, dict.fromkeys(("one", "two & 50%"), tmp_path / "gone.avi"))
    page = show(gone.write(), width=400)
    page.locator("#sentence-rows tr").nth(2).click()
    expect(page.locator("#unplayable-command")).to_contain_text(".review.mp4", timeout=SHOWN_MS)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
