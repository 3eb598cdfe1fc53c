"""Single figures: drawn, deterministic, with errors that name what is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from signspot.errors import InputError
from signspot.report.figures import draw_thresholds, thresholds_figure, timeline_figure
from signspot.report.inputs import ReportInputs, read_scores

MakeRun = Callable[..., ReportInputs]

PNG = b"\x89PNG\r\n\x1a\n"


def test_thresholds_svg_is_deterministic_and_names_its_lines(make_run: MakeRun, tmp_path: Path) -> None:
    files = make_run()
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    thresholds_figure(files.scores, first)
    thresholds_figure(files.scores, second)
    assert first.read_bytes() == second.read_bytes()
    lines = [f"bilstm, {decoder}, {kind}" for decoder in ("published", "cells") for kind in ("official", "strict")]
    assert all(f">{line}<" in first.read_text() for line in lines)


def test_many_lines_differ_by_colour_or_marker(make_run: MakeRun) -> None:
    scores = read_scores(make_run().scores["bilstm, cells"])
    lines = draw_thresholds({f"spotter{i}, cells": scores for i in range(20)}).axes[0].lines
    looks = {(line.get_color(), line.get_marker(), line.get_linestyle()) for line in lines}
    assert len(looks) == len(lines) == 40


def test_timeline_svg_names_signs_and_states(make_run: MakeRun, tmp_path: Path) -> None:
    timeline_figure(make_run(signs=["$x", "MÉDICO", "CASA"]), "test_00", tmp_path / "timeline.svg")
    text = (tmp_path / "timeline.svg").read_text(encoding="utf-8")
    assert all(f">{symbol}<" in text for symbol in "✓↔✕○")


def test_png(make_run: MakeRun, tmp_path: Path) -> None:
    files = make_run()
    thresholds_figure(files.scores, tmp_path / "a.png")
    timeline_figure(files, "test_01", tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes().startswith(PNG)
    assert (tmp_path / "b.png").read_bytes().startswith(PNG)


def test_unknown_video_is_named(make_run: MakeRun, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="elsewhere"):
        timeline_figure(make_run(), "elsewhere", tmp_path / "a.png")


def test_missing_scores_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.json"):
        thresholds_figure({"cells": tmp_path / "gone.json"}, tmp_path / "a.svg")
