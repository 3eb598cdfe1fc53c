"""The page of a search in a real browser: a place that is chosen plays from its start to its end."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from search_answers import answer

from signspot.report.search import Asked, write_search
from signspot.retrieval.places import Answer, Only

Open = Callable[..., Page]
H264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p")
SHOWN_MS = 60_000
"""A browser on a busy machine takes its time."""


@pytest.fixture(scope="session")
def found(make_video: Callable[..., Path]) -> Answer:
    return answer(str(make_video("found.mp4", *H264)))


@pytest.fixture
def page(show: Open, write: Callable[..., Path], found: Answer) -> Iterator[Page]:
    page = show(write(found, query="HOUSE BUY text:bought"))
    page.set_default_timeout(SHOWN_MS)
    return page


def state_of(page: Page) -> tuple[float, bool]:
    """The time of the video (s), and whether it plays."""
    now, paused = page.evaluate("(({ currentTime, paused }) => [currentTime, paused])(document.querySelector('video'))")
    return now, not paused


def until_playing(page: Page, start: float, end: float) -> None:
    """Waits until the video plays between two times (s)."""
    until = time.monotonic() + SHOWN_MS / 1000
    while time.monotonic() < until:
        now, plays = state_of(page)
        if plays and start < now <= end:
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"the video stays at {now} s")


def test_hits_play_at_their_places(page: Page) -> None:
    rows = page.locator("#rows tr")
    expect(rows).to_have_count(5)
    assert rows.nth(0).locator("td").all_inner_texts()[2:4] == ["HOUSE, BUY", "0.75"]
    assert "1 of 2 signs" in rows.nth(1).inner_text()
    rows.nth(0).click()
    until_playing(page, 3, 4.4)
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    expect(page.locator("#name")).to_have_text("one 0:03.00 to 0:04.40, anna")
    rows.nth(1).get_by_role("button", name="Play HOUSE, one, 0:06.00 for 0.60 s").click()
    until_playing(page, 6, 6.6)


def test_a_place_plays_again_and_again_or_stops_at_its_end(page: Page) -> None:
    page.locator("#rows tr").nth(0).click()
    until_playing(page, 3, 4.4)
    before = now = 0.0
    while before <= now < 11:
        page.wait_for_timeout(25)
        before, (now, _) = now, state_of(page)
    page.click("#loop")
    expect(page.locator("#play")).to_have_text("Play", timeout=SHOWN_MS)
    # A starved browser notices the end late; without it, the film would play to its end at 12 s.
    assert 4.3 < state_of(page)[0] < 11


def test_keys_are_enough(page: Page) -> None:
    buttons = page.locator("#rows button")
    buttons.nth(1).focus()
    page.keyboard.press("Enter")
    until_playing(page, 6, 6.6)
    expect(buttons.nth(1)).to_be_focused()
    page.locator("#before").focus()
    page.keyboard.press("Enter")
    until_playing(page, 3, 4.4)
    expect(page.locator("#before")).to_be_disabled()
    expect(page.locator("#after")).to_be_focused()


def test_foreign_text_is_never_run(page: Page) -> None:
    page.locator("#rows tr").nth(0).click()
    assert page.locator("#sentence mark").all_inner_texts() == ["bought"]
    page.locator("#rows tr").nth(2).click()
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0


def test_videos_that_cannot_be_played_say_what_to_do(page: Page) -> None:
    page.locator("#rows tr").nth(3).click()
    expect(page.locator("#unplayable-command")).to_contain_text(".review.mp4", timeout=SHOWN_MS)
    page.locator("#rows tr").nth(4).click()
    expect(page.locator("#unknown")).to_contain_text("does not know the file of three")
    expect(page.locator("#unplayable")).to_be_hidden()
    page.locator("#rows tr").nth(0).click()
    until_playing(page, 3, 4.4)
    expect(page.locator("#unknown")).to_be_hidden()


def test_many_places_come_by_pages_on_a_narrow_screen(show: Open, write: Callable[..., Path], found: Answer) -> None:
    page = show(write(replace(found, places=found.places[:1] * 60, found=60)), width=400)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    expect(page.locator("#page")).to_have_text("1 to 25 of 60")
    page.locator("#rows tr").nth(24).click()
    expect(page.locator("#player")).to_be_in_viewport()
    page.click("#after")
    expect(page.locator("#page")).to_have_text("26 to 50 of 60")
    expect(page.locator("#rows tr").nth(0)).to_have_attribute("aria-current", "true")
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_sentences_near_a_text_play_too(show: Open, found: Answer, tmp_path: Path) -> None:
    sentence = replace(found.places[0], signs=(), score=-0.25)
    write_search(tmp_path, Asked("", "", Only(), "someone falls ill"), replace(found, places=[sentence], signs=[]))
    page = show(tmp_path / "index.html")
    row = page.locator("#rows tr")
    assert row.locator("td").all_inner_texts()[2] == "-0.25"
    row.get_by_role("button", name="Play one, 0:03.00 for 1.40 s").click()
    until_playing(page, 3, 4.4)
