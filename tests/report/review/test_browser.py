"""The page in a real browser: it plays, filters, listens to keys, and takes no text for markup."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from review_runs import CLOSING, EVIL, Run, predictions_of

from signspot.report.review import ReviewVideo, score_curve

ROWS = "#rows tr"
Open = Callable[..., Page]


def until(page: Page, condition: Callable[[float], bool]) -> None:
    """Waits until the time (s) of the video fulfils a condition; the page lets no script of Playwright wait in it."""
    for _ in range(200):
        if condition(time_of(page)):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the video stays at {time_of(page)} s")


def playing_from(page: Page, ms: int) -> None:
    """Waits until the video is at a time, or a little later."""
    until(page, lambda time: ms / 1000 <= time < ms / 1000 + 1.5)


def time_of(page: Page) -> float:
    return page.evaluate("document.getElementById('player').currentTime")


def paused(page: Page) -> bool:
    return page.evaluate("document.getElementById('player').paused")


def listed(page: Page) -> list[str]:
    return page.locator(f"{ROWS} .open").all_inner_texts()


def test_lists_spottings_and_missed_signs_in_order_of_time(page: Page) -> None:
    assert listed(page) == ["CASA", "MÉDICO", "CASA", "CASA", EVIL, "CASA", CLOSING]
    states = page.locator(f"{ROWS} td.state span:last-child").all_inner_texts()
    assert states == [
        *(
            "hit",
            "missed; CASA spotted there",
            "false; MÉDICO annotated there",
            "wrong boundary",
            "false; no sign there",
        ),
        *("hit", "false; no sign there"),
    ]


def test_a_click_on_a_row_plays_there(page: Page) -> None:
    page.locator(ROWS).nth(4).click()
    playing_from(page, 9000)
    assert not paused(page)
    expect(page.locator("#chosen")).to_contain_text("0:09.00 for 0.40 s")


def test_a_click_on_a_row_of_another_video_opens_that_video(page: Page) -> None:
    page.locator(ROWS).nth(5).click()
    playing_from(page, 6000)
    assert page.locator("#video").input_value() == "1"
    assert page.locator("#position").get_attribute("min") == "4000"


def test_a_part_of_a_video_begins_at_its_start(page: Page) -> None:
    page.select_option("#video", "1")
    until(page, lambda time: abs(time - 4) < 0.01)
    expect(page.locator("#clock")).to_have_text("0:04.00")


def test_another_video_waits_to_be_played(page: Page) -> None:
    page.locator(ROWS).first.click()
    expect(page.locator("#play")).to_have_text("Pause")
    page.click("#video-after")
    expect(page.locator("#play")).to_have_text("Play")
    expect(page.locator("#clock")).to_have_text("0:04.00")
    assert paused(page)


def test_a_click_on_the_timeline_plays_there(page: Page) -> None:
    page.locator(".lane .bar.boundary").last.click()
    playing_from(page, 5440)
    expect(page.locator(f"{ROWS}[aria-current] .open")).to_have_text("CASA")


def test_the_timeline_shows_truth_above_spottings(page: Page) -> None:
    lanes = page.locator(".lane")
    assert lanes.locator("b").all_inner_texts() == ["Truth", "Spotted"]
    labels = [bar.get_attribute("aria-label") for bar in lanes.nth(0).locator(".bar").all()]
    assert [label.split(", 0:")[0] for label in labels] == [
        *("CASA, hit", "MÉDICO, missed; CASA spotted there", "CASA, wrong boundary", "OTHER, not in the vocabulary"),
    ]


HEIGHTS = """() => {
  const canvas = document.querySelector(".strip canvas");
  const { width, height } = canvas;
  const pen = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const middle = Math.floor(height / 2);
  return [...Array(width).keys()].map((x) => {
    const drawn = [...Array(height).keys()].filter((y) => y !== middle && data[4 * (y * width + x) + 3] > 127);
    return drawn.length / height;
  });
}"""


def likely_at(page: Page, seconds: float) -> float:
    """How high the curve is at a time of a window of 10 s that begins with the video."""
    heights = page.evaluate(HEIGHTS)
    return heights[round(seconds / 10 * len(heights))]


def point_at(page: Page, seconds: float) -> None:
    box = page.locator(".strip:has(canvas)").bounding_box()
    page.mouse.move(box["x"] + box["width"] * seconds / 10, box["y"] + box["height"] / 2)


def test_scores_over_time_lie_under_the_spottings(scored_page: Page) -> None:
    assert scored_page.locator(".lane b").all_inner_texts() == ["Truth", "Spotted", "Score"]
    assert likely_at(scored_page, 3.3) == pytest.approx(0.83, abs=0.05)
    assert likely_at(scored_page, 9.1) == pytest.approx(0.4, abs=0.05)
    assert likely_at(scored_page, 6) == 0


def test_the_pointer_tells_time_sign_and_score(scored_page: Page) -> None:
    moment = scored_page.locator(".moment")
    point_at(scored_page, 3.3)
    expect(moment).to_have_text(re.compile(r"^0:03\.(29|30|31), CASA, score 0\.83$"))
    point_at(scored_page, 9.1)
    expect(moment).to_contain_text(f"{EVIL}, score 0.40")
    scored_page.mouse.move(0, 0)
    expect(moment).to_contain_text("0:00.00")
    assert scored_page.evaluate("window.hurt") is None


def test_the_playhead_tells_sign_and_score_too(scored_page: Page) -> None:
    point_at(scored_page, 3.3)
    scored_page.mouse.down()
    scored_page.mouse.up()
    until(scored_page, lambda time: abs(time - 3.3) < 0.1)
    told = scored_page.locator("#position").get_attribute("aria-valuetext")
    assert re.fullmatch(r"0:03\.\d\d, CASA, score 0\.83", told)


def test_scores_follow_the_window(scored_page: Page) -> None:
    scored_page.select_option("#video", "1")
    for seconds in (6, 5):
        expect(scored_page.locator("#window")).to_have_text(f"0:04.00 to 0:{4 + seconds:02}.00")
        heights = scored_page.evaluate(HEIGHTS)
        assert heights[round(4.1 / seconds * len(heights))] == pytest.approx(0.62, abs=0.05)
        assert max(heights[: round(3.9 / seconds * len(heights))]) == 0
        scored_page.click("#zoom-in")


def test_a_narrow_peak_of_a_long_video_is_seen(show: Open, run: Run, tmp_path: Path) -> None:
    hour = 3600
    curve = score_curve(predictions_of({25 * hour // 2: (0, 0.9)}, 25 * hour))
    videos = [replace(run.videos[0], span_ms=(0, 1000 * hour))]
    page = show(replace(run, videos=videos, scores={"one": curve}).write(tmp_path), width=600)
    while page.locator("#zoom-out").is_enabled():
        page.click("#zoom-out")
    assert max(page.evaluate(HEIGHTS)) == pytest.approx(0.9, abs=0.05)


def test_without_scores_there_is_no_strip_of_them(show: Open, page: Page, scored_run: Run, tmp_path: Path) -> None:
    assert page.locator(".strip canvas").count() == 0
    expect(page.locator(".moment")).to_be_hidden()
    assert page.locator("#position").get_attribute("aria-valuetext") == "0:00.00"
    page.keyboard.press("?")
    expect(page.locator("#help")).not_to_contain_text("Score")
    half = show(replace(scored_run, scores={"one": scored_run.scores["one"]}).write(tmp_path))
    expect(half.locator(".moment")).to_be_visible()
    half.select_option("#video", "1")
    assert half.locator(".lane b").all_inner_texts() == ["Truth", "Spotted"]
    expect(half.locator(".moment")).to_be_hidden()


def test_signs_that_are_only_likely_are_not_counted(show: Open, scored_run: Run, tmp_path: Path) -> None:
    page = show(replace(scored_run, spottings=scored_run.spottings[:0]).write(tmp_path))
    page.click("#tab-signs")
    assert sorted(page.get_by_role("rowheader").all_inner_texts()) == ["CASA", "MÉDICO", "OTHER"]


def test_the_window_follows_the_playhead_and_zooms(page: Page) -> None:
    expect(page.locator("#window")).to_have_text("0:00.00 to 0:10.00")
    page.click("#zoom-in")
    expect(page.locator("#window")).to_have_text("0:00.00 to 0:05.00")
    page.evaluate(
        "(p => { p.value = 11000; p.dispatchEvent(new Event('input')) })(document.getElementById('position'))"
    )
    expect(page.locator("#window")).to_have_text("0:07.00 to 0:12.00")
    for _ in range(2):
        page.click("#zoom-out")
    expect(page.locator("#window")).to_have_text("0:00.00 to 0:12.00")
    expect(page.locator("#zoom-out")).to_be_disabled()


def test_filters_leave_what_matches(page: Page) -> None:
    page.fill("#text", "medi")
    assert listed(page) == ["MÉDICO"]
    expect(page.locator("#count")).to_have_text("1 of 7")
    page.click("text=Reset")
    expect(page.locator(ROWS)).to_have_count(7)
    page.select_option("#sign", label="CASA (4)")
    assert listed(page) == ["CASA"] * 4
    page.select_option("#in-video", "1")
    assert listed(page) == ["CASA"]
    page.fill("#text", "nothing of this name")
    expect(page.locator("#nothing")).to_be_visible()


def test_filters_by_state(page: Page) -> None:
    for key in ("hit", "boundary", "missed"):
        page.uncheck(f"#states input[value={key}]")
    assert page.locator(f"{ROWS} .symbol").all_inner_texts() == ["✕"] * 3


def test_the_least_score_leaves_missed_signs(page: Page) -> None:
    page.fill("#score-number", "0.65")
    assert page.locator("#score").input_value() == "0.65"
    assert page.locator(f"{ROWS} td.score").all_inner_texts() == ["0.90", "–", "0.70", "0.80"]


def test_sorts_by_a_head_and_back(page: Page) -> None:
    page.click("#heads .score button")
    assert page.locator(f"{ROWS} td.score").all_inner_texts() == ["0.90", "0.80", "0.70", "0.60", "0.40", "0.20", "–"]
    assert page.locator("#heads .score").get_attribute("aria-sort") == "descending"
    page.click("#heads .score button")
    assert page.locator(f"{ROWS} td.score").first.inner_text() == "–"
    page.click("#heads .sign button")
    assert listed(page)[-1] == "MÉDICO"


def test_confusions_open_their_rows(page: Page) -> None:
    page.click("#tab-signs")
    row = page.locator("#sign-rows tr", has=page.get_by_role("rowheader", name="MÉDICO"))
    assert row.locator("td").all_inner_texts() == ["1", "0", "0", "1", "0", "CASA ×1"]
    row.get_by_text("CASA ×1").click()
    expect(page.locator("#list")).to_be_visible()
    assert page.locator(f"{ROWS} td.state span:last-child").all_inner_texts() == ["false; MÉDICO annotated there"]
    page.click("#beneath")
    expect(page.locator(ROWS)).to_have_count(1)
    page.click("text=Reset")
    expect(page.locator(ROWS)).to_have_count(7)


def test_counts_of_a_sign_open_their_rows(page: Page) -> None:
    page.click("#tab-signs")
    row = page.locator("#sign-rows tr", has=page.get_by_role("rowheader", name="CASA"))
    assert row.locator("td").all_inner_texts() == ["3", "2", "1", "0", "1", ""]
    row.get_by_role("button", name="CASA: 2 ✓ Hit; show them").click()
    assert page.locator(f"{ROWS} td.state span:last-child").all_inner_texts() == ["hit", "hit"]


def test_keys_play_and_step(page: Page) -> None:
    page.keyboard.press("n")
    playing_from(page, 1000)
    page.keyboard.press("Space")
    assert paused(page)
    page.keyboard.press("ArrowRight")
    first = time_of(page)
    assert (first - 0.001) / 0.04 == pytest.approx(round(first / 0.04), abs=0.01), "not at the start of a frame"
    for key, seconds in (("ArrowRight", 0.04), ("Shift+ArrowRight", 1.04), ("ArrowLeft", 1.0), ("Shift+ArrowLeft", 0)):
        page.keyboard.press(key)
        assert time_of(page) == pytest.approx(first + seconds, abs=0.004), key
    page.keyboard.press("Space")
    assert not paused(page)


def test_keys_go_through_the_filtered_list(page: Page) -> None:
    page.select_option("#sign", label="CASA (4)")
    page.locator("#heads .sign button").focus()
    for ms in (1000, 3200, 5440, 6000):
        page.keyboard.press("n")
        playing_from(page, ms)
    page.keyboard.press("n")
    page.keyboard.press("p")
    playing_from(page, 5440)


def test_keys_reach_filter_and_help_and_leave_fields_alone(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("n ?")
    assert page.locator("#text").input_value() == "n ?"
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("n")
    assert page.locator("#chosen").inner_text() == ""


def test_everything_is_reached_by_tab_and_bars_open_by_enter(page: Page) -> None:
    bar = page.locator(".lane .bar.missed").first
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.bar.missed')"):
            break
    expect(bar).to_be_focused()
    page.keyboard.press("Enter")
    playing_from(page, 3000)


def test_a_sign_is_repeated_on_demand(page: Page) -> None:
    page.locator(ROWS).first.click()
    page.keyboard.press("l")
    assert page.locator("#loop").get_attribute("aria-pressed") == "true"
    page.evaluate("document.getElementById('player').currentTime = 1.62")
    until(page, lambda time: time < 1.3)


def test_foreign_text_is_never_run(page: Page) -> None:
    page.locator(ROWS).nth(4).click()
    page.click("#tab-signs")
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0
    expect(page.locator("#chosen")).to_contain_text(EVIL)


def test_without_truth_there_is_nothing_right_or_wrong(show: Open, bare_run: Run, tmp_path: Path) -> None:
    page = show(bare_run.write(tmp_path))
    assert page.locator(".lane b").all_inner_texts() == ["Spotted"]
    expect(page.locator(ROWS)).to_have_count(6)
    expect(page.locator("#states")).to_be_hidden()
    assert not set("✓↔✕○") & set(page.inner_text("body"))
    page.click("#tab-signs")
    assert page.locator("#sign-rows tr").first.locator("td").all_inner_texts() == ["1"]
    page.get_by_role("button", name="CASA: 4 Spotted; show them").click()
    assert listed(page) == ["CASA"] * 4


def test_a_video_that_cannot_be_played_says_so(
    show: Open, run: Run, make_video: Callable[..., Path], tmp_path: Path
) -> None:
    old = make_video("it's old.avi", "-c:v", "mjpeg")
    page = show(replace(run, videos=[ReviewVideo("one", old, (0, 12_000), run.videos[0].frames)]).write(tmp_path))
    expect(page.locator("#unplayable")).to_be_visible()
    quoted = [f"'{path}'".replace("it's", "it'\\''s") for path in (old, old.with_name("it's old.review.mp4"))]
    command = f"ffmpeg -i {quoted[0]} -c:v libx264 -crf 20 -pix_fmt yuv420p {quoted[1]}"
    expect(page.locator("#unplayable-command")).to_have_text(command)
    page.locator(ROWS).nth(3).click()
    expect(page.locator("#clock")).to_have_text("0:05.44")
    assert "thumbnails/0.jpg" in page.locator("#still").evaluate("e => e.style.backgroundImage")


def test_the_copy_beside_a_video_is_played(
    show: Open, run: Run, make_video: Callable[..., Path], tmp_path: Path
) -> None:
    old = make_video("copied.avi", "-c:v", "mjpeg")
    make_video("copied.review.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    page = show(replace(run, videos=[ReviewVideo("one", old, (0, 12_000))]).write(tmp_path))
    page.locator(ROWS).nth(3).click()
    playing_from(page, 5440)
    expect(page.locator("#unplayable")).to_be_hidden()


def test_long_lists_come_by_pages(show: Open, run: Run, tmp_path: Path) -> None:
    spottings = run.spottings.sample(2000, replace=True, random_state=1)
    page = show(replace(run, spottings=spottings, videos=[replace(v, frames=None) for v in run.videos]).write(tmp_path))
    expect(page.locator(ROWS)).to_have_count(50)
    page.click("#page-after")
    expect(page.locator("#page")).to_have_text(re.compile("51 to 100 of 2,00"))
    page.locator(ROWS).last.click()
    page.keyboard.press("n")
    expect(page.locator("#page")).to_have_text(re.compile("101 to 150"))


@pytest.fixture
def many_signs(show: Open, run: Run, tmp_path: Path) -> Page:
    """The tab of signs of a page with 10,000 of them, and those of the run."""
    names = [f"SIGN{number:05d}" for number in range(10_000)]
    rows = [("one", name, 10 * number % 11_000, 10 * number % 11_000 + 400, 0.5) for number, name in enumerate(names)]
    spottings = pd.DataFrame(rows, columns=["video", "sign", "start_ms", "end_ms", "score"])
    vocabulary = pd.DataFrame({"class_id": range(len(names)), "sign": names, "aliases": ""})
    page = show(replace(run, spottings=spottings, vocabulary=vocabulary).write(tmp_path))
    page.click("#tab-signs")
    return page


def test_ten_thousand_signs_come_by_pages_and_are_found_by_name(many_signs: Page) -> None:
    page, rows = many_signs, many_signs.locator("#sign-rows tr")
    expect(rows).to_have_count(100)
    expect(page.locator("#sign-page")).to_have_text(re.compile("1 to 100 of 10,00"))
    page.click("#sign-page-after")
    expect(rows.first.get_by_role("rowheader")).to_have_text(re.compile("SIGN00"))
    page.fill("#sign-text", "sign09999")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button", name="SIGN09999").first.click()
    assert listed(page) == ["SIGN09999"]
    page.click("#tab-signs")
    page.fill("#sign-text", "none of them")
    expect(page.locator("#no-sign")).to_be_visible()


def test_the_last_of_ten_thousand_signs_is_reached_by_order_and_by_keys(many_signs: Page) -> None:
    page, rows = many_signs, many_signs.locator("#sign-rows tr")
    page.locator("#sign-heads button").first.click()
    expect(rows.first.get_by_role("rowheader")).to_have_text("SIGN09999")
    page.locator("#sign-heads button").first.click()
    page.fill("#sign-text", "sign09")
    page.focus("#sign-page-after")
    for _ in range(9):
        page.keyboard.press("Enter")
    expect(rows.last.get_by_role("rowheader")).to_have_text("SIGN09999")
    expect(rows).to_have_count(100)
    expect(page.locator("#sign-page-after")).to_be_disabled()
    expect(page.locator("#sign-page-before")).to_be_focused()


def test_screen_readers_are_told_the_place_in_the_whole_table(many_signs: Page) -> None:
    page, rows = many_signs, many_signs.locator("#sign-rows tr")
    page.fill("#sign-text", "sign0")
    expect(page.locator("#signs table")).to_have_attribute("aria-rowcount", "10001")
    page.click("#sign-page-after")
    assert [row.get_attribute("aria-rowindex") for row in (rows.first, rows.last)] == ["102", "201"]
    page.click("#tab-list")
    page.click("#page-after")
    assert page.locator(ROWS).first.get_attribute("aria-rowindex") == "52"
