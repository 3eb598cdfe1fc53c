"""From the desk in a real browser to what annotators open and networks learn: exactly what was decided."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect
from review_runs import EVIL, Run

from signspot.cli import main
from signspot.corpus.elan import Elan
from signspot.corpus.tables import class_ids, read_tables
from signspot.labels.frames import annotations_by_video, frame_labels
from signspot.timebase import Timebase

WANTED = [("CASA", 3200, 3720), ("CASA", 5440, 6000), ("MÉDICO", 7000, 7400), (EVIL, 9000, 9400)]
FRAMES = 300


def test_decisions_become_elan_and_truth(show: Callable[..., Page], run: Run, tmp_path: Path) -> None:
    page = show(replace(run, videos=run.videos[:1], annotations=None).write(tmp_path / "review"))
    keys = page.keyboard
    # Of CASA, CASA, CASA and foreign text: the first is false, the second ends too early, the rest is right.
    # A step holds the video, which else plays on from where it is put until the sign is added.
    for key in ("w", "x", "E", "E", "w", "a", "a", "ArrowRight"):
        keys.press(key)
    page.evaluate("p => { p.value = 7000; p.dispatchEvent(new Event('input')) }", page.query_selector("#position"))
    keys.press("m")
    keys.type("medico")
    keys.press("Enter")
    expect(page.locator("#left")).to_have_text("Nothing is left")
    page.reload()
    expect(page.locator("#left")).to_have_text("Nothing is left")
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(tmp_path / "corrections.json")

    command = ["corrections", "apply", tmp_path / "corrections.json", "--videos", run.videos[0].path]
    assert main([*map(str, command), "--out", str(tmp_path / "out")]) == 0
    document = Elan.read(tmp_path / "out/elan/one.eaf")
    found = document.annotations("signspot:demo:corrected")
    assert [(each.value, each.start_ms, each.end_ms) for each in found] == WANTED

    tables = read_tables(*(tmp_path / f"out/{name}.tsv" for name in ("videos", "annotations", "vocabulary")))
    assert tables.of(["train"]) == ["one"]
    ids, timebase = class_ids(tables.vocabulary), Timebase(25.0)
    rows = annotations_by_video(tables.annotations, ids)["one"]
    labels = frame_labels([row[1:] for row in rows], FRAMES, timebase)
    wanted = np.zeros(FRAMES, int)
    for sign, start, end in WANTED:
        wanted[start // 40 : end // 40 + 1] = ids[sign] + 1
    assert labels.tolist() == wanted.tolist(), "what was rejected is background, and so is all else"
