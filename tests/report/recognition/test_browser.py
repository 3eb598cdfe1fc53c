"""The page of recognition in a real browser: confusions list their clips, and clips play from start to end."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from recognition_runs import RecognitionRun
from review_runs import EVIL

from signspot.report.recognition import Stream

Open = Callable[..., Page]


@pytest.fixture
def page(show: Open, run: RecognitionRun, tmp_path: Path) -> Page:
    return show(run.write(tmp_path))


def time_of(page: Page, video: str = "player") -> float:
    return page.evaluate(f"document.getElementById('{video}').currentTime")


def until_playing(page: Page, start: float, end: float, video: str = "player") -> None:
    """Waits until a video plays between two times (s)."""
    for _ in range(200):
        if start < time_of(page, video) <= end and not page.evaluate(f"document.getElementById('{video}').paused"):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"the video stays at {time_of(page, video)} s")


def test_a_click_on_a_confusion_plays_its_clip_beside_a_right_one(page: Page, run: RecognitionRun) -> None:
    page.get_by_role("button", name="CASA recognised as MÉDICO").click()
    until_playing(page, 3, 3.6)
    expect(page.locator("#chosen")).to_have_text("CASA recognised as MÉDICO: 1 clip")
    expect(page.locator("#player-name")).to_have_text("CASA, taken for MÉDICO one, 0:03.00")
    expect(page.locator("#compared-name b")).to_have_text("MÉDICO, recognised rightly")
    until_playing(page, 6, 6.5, "compared")
    assert page.locator("#best .name").all_inner_texts()[:2] == ["MÉDICO", "✓ CASA"]
    probability = run.streams["joints"].table["probability_1"][1]
    expect(page.locator("#best .number").first).to_have_text(f"{100 * probability:.1f} %")


def test_a_clip_plays_again_and_again_or_once(page: Page) -> None:
    page.get_by_role("button", name="CASA recognised as MÉDICO").click()
    times = [time_of(page)]
    while len(times) < 200 and times[-1] >= max(times):
        page.wait_for_timeout(40)
        times.append(time_of(page))
    # A starved browser notices the end of the clip late; without it, the film would play to its end at 12 s.
    assert times[-1] < max(times) < 8
    page.click("#loop")
    expect(page.locator("#play")).to_have_text("Play")
    assert time_of(page) < 8


def test_keys_are_enough(page: Page) -> None:
    page.locator("#pair-rows button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen")).to_contain_text("recognised as")
    page.locator("#tab-pairs").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-signs")).to_be_focused()
    page.locator("#sign-rows button", has_text="CASA").focus()
    page.keyboard.press("Enter")
    clips = page.locator("#clip-rows tr")
    expect(clips).to_have_count(2)
    clips.nth(1).locator("button").focus()
    page.keyboard.press("Enter")
    until_playing(page, 1, 1.6)
    expect(clips.nth(1).locator("button")).to_be_focused()
    expect(page.locator("#beside")).to_be_hidden()


def test_another_stream_has_tables_of_its_own(page: Page) -> None:
    expect(page.locator("#summary")).to_have_text("2 of 6 clips taken for another sign")
    page.get_by_role("button", name="CASA recognised as MÉDICO").click()
    page.select_option("#stream", label="bones")
    expect(page.locator("#play-area")).to_be_hidden()
    rows = page.locator("#pair-rows tr")
    assert rows.locator("td:nth-child(2)").all_inner_texts() == ["CASA", EVIL]
    page.click("#tab-signers")
    assert page.locator("#signer-rows th").all_inner_texts() == ["ana", "bea"]


def test_foreign_text_is_never_run(page: Page) -> None:
    page.locator("#pair-rows button").nth(1).click()
    page.click("#tab-signs")
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0
    expect(page.locator("#chosen")).to_contain_text(EVIL)


def test_a_narrow_page_shows_the_clips_of_a_confusion(show: Open, run: RecognitionRun, tmp_path: Path) -> None:
    page = show(run.write(tmp_path), width=400)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    page.locator("#pair-rows button").first.click()
    expect(page.locator("#player")).to_be_in_viewport()


def test_a_video_that_cannot_be_played_says_so(show: Open, run: RecognitionRun, tmp_path: Path) -> None:
    page = show(replace(run, videos={**run.videos, "one": tmp_path / "gone.avi"}).write(tmp_path))
    page.get_by_role("button", name="CASA recognised as MÉDICO").click()
    expect(page.locator("#unplayable-command")).to_contain_text("gone.review.mp4")


def test_thousands_of_clips_come_by_pages(show: Open, run: RecognitionRun, tmp_path: Path) -> None:
    joints = run.streams["joints"]
    table = pd.concat([joints.table] * 800, ignore_index=True)
    table["end_ms"] += table.index
    page = show(replace(run, streams={"joints": Stream(joints.accuracy, table)}, fusion=None).write(tmp_path))
    page.click("#tab-signs")
    page.locator("#sign-rows button", has_text="CASA").click()
    expect(page.locator("#clip-rows tr")).to_have_count(50)
    expect(page.locator("#clip-page")).to_have_text("1 to 50 of 1,600")
    page.click("#clip-page-after")
    expect(page.locator("#clip-page")).to_have_text("51 to 100 of 1,600")
