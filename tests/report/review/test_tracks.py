"""What is loaded when a video is opened, in a real browser: the skeleton over the video, and the scores of a sign."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from review_runs import Run, write_poses_at

from signspot.errors import InputError

Open = Callable[..., Page]

DRAWN = """([x, y]) => {
  const canvas = document.getElementById("skeleton");
  const pen = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  const scale = Math.min(canvas.width / 320, canvas.height / 180);
  const at = [canvas.width / 2 + (x - 160) * scale, canvas.height / 2 + (y - 90) * scale].map(Math.round);
  return pen.getImageData(at[0] - 2, at[1] - 2, 5, 5).data.some((value, i) => i % 4 === 3 && value > 127);
}"""
"""Whether anything is drawn at a place of a video of 320 x 180 px."""


@pytest.fixture
def run_with_poses(scored_run: Run, tmp_path: Path) -> Run:
    """Shoulders and an elbow in the first video, another pair of shoulders in the second."""
    first = write_poses_at(tmp_path / "1.h5", {11: (0.25, 0.25), 12: (0.5, 0.25), 13: (0.25, 0.5)}, 300)
    second = write_poses_at(tmp_path / "2.h5", {11: (0.25, 0.6), 12: (0.5, 0.6)}, 150, start_ms=4000)
    one, two = scored_run.videos
    return replace(scored_run, videos=[replace(one, poses=first), replace(two, poses=second)])


def drawn(page: Page, x: float, y: float, expected: bool = True) -> bool:
    """Waits until something, or nothing, is drawn at a place."""
    for _ in range(100):
        if page.evaluate(DRAWN, [x, y]) is expected:
            return True
        page.wait_for_timeout(50)
    return False


def test_the_skeleton_lies_over_the_video_and_a_switch_takes_it_away(
    show: Open, run_with_poses: Run, tmp_path: Path
) -> None:
    page = show(run_with_poses.write(tmp_path / "review"))
    # The window is 256 px wide and high, and its middle lies at 128 px: a quarter of it is 64 px.
    assert drawn(page, 96 * 320 / 256, 64 * 180 / 256) and drawn(page, 64 * 320 / 256, 96 * 180 / 256)
    assert drawn(page, 160, 150, expected=False)
    page.keyboard.press("k")
    expect(page.locator("#skeleton-on")).to_have_attribute("aria-pressed", "false")
    assert drawn(page, 96 * 320 / 256, 64 * 180 / 256, expected=False)


def test_tracks_are_loaded_when_their_video_is_opened(show: Open, run_with_poses: Run, tmp_path: Path) -> None:
    page = show(run_with_poses.write(tmp_path / "review"))
    scripts = page.locator("script[src]")
    expect(scripts).to_have_count(1)
    assert scripts.first.get_attribute("src") == "tracks/0.js"
    page.select_option("#video", "1")
    assert drawn(page, 96 * 320 / 256, 0.6 * 180)
    expect(scripts).to_have_count(2)
    page.select_option("#video", "0")
    assert drawn(page, 96 * 320 / 256, 64 * 180 / 256)
    expect(scripts).to_have_count(2)


def test_without_poses_there_is_no_switch(scored_page: Page) -> None:
    expect(scored_page.locator("#skeleton-on")).to_be_hidden()
    scored_page.keyboard.press("?")
    expect(scored_page.locator("#help")).not_to_contain_text("skeleton")


def test_the_scores_of_the_chosen_sign_are_told_and_follow_its_gloss(scored_page: Page) -> None:
    page, moment = scored_page, scored_page.locator(".moment")
    page.locator("#rows tr").nth(2).click()
    page.keyboard.press("Space")
    page.evaluate("p => { p.value = 3200; p.dispatchEvent(new Event('input')) }", page.query_selector("#position"))
    expect(moment).to_have_text(re.compile("CASA, score 0.83; CASA 0.83$"))
    page.keyboard.press("g")
    page.keyboard.type("medico")
    page.keyboard.press("Enter")
    page.evaluate("p => { p.value = 3200; p.dispatchEvent(new Event('input')) }", page.query_selector("#position"))
    expect(moment).to_have_text(re.compile("CASA, score 0.83$"))


def test_tracks_hold_no_text_of_others(run_with_poses: Run, tmp_path: Path) -> None:
    run_with_poses.write(tmp_path / "review")
    for path in (tmp_path / "review/tracks").iterdir():
        assert re.fullmatch(r'signspotTracks\(\d,\{[\w",:{}\[\].+/=-]*\}\);\n', path.read_text(encoding="utf-8"))


def test_a_missing_pose_file_is_named(run_with_poses: Run, tmp_path: Path) -> None:
    videos = [replace(video, poses=tmp_path / "gone.h5") for video in run_with_poses.videos]
    with pytest.raises(InputError, match=r"gone\.h5"):
        replace(run_with_poses, videos=videos).write(tmp_path / "review")


def test_no_script_but_the_tracks_is_loaded(browser: Browser, run_with_poses: Run, tmp_path: Path) -> None:
    file = run_with_poses.write(tmp_path / "review")
    (tmp_path / "review/other.js").write_text("window.hurt = 1;", encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    refused = page.evaluate(
        """() => new Promise((tell) => {
        document.addEventListener("securitypolicyviolation", (event) => tell(event.effectiveDirective));
        document.head.append(Object.assign(document.createElement("script"), { src: "other.js" }));
      })"""
    )
    assert refused == "script-src-elem"
    assert page.evaluate("window.hurt") is None
    page.close()
