"""What the page knows of a run: states, what lies beneath a false spotting, and addresses."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signspot.report.review import ReviewVideo, write_review
from signspot.report.review.content import NUMBER_OF, STATES, Comparison, content, review
from signspot.report.scripted import address
from signspot.spottings import COLUMNS, read_spottings, write_spottings


def reviewed(run) -> list[Comparison]:
    return review(run.videos, run.spottings, run.annotations, run.vocabulary, run.scores)


def test_states_are_those_of_the_report(run) -> None:
    one, two = reviewed(run)
    assert one.states == ("hit", "missed", "boundary", "outside", "hit", "wrong", "boundary", "wrong")
    assert two.states == ("hit", "hit", "wrong")


def test_false_and_missed_signs_tell_what_lies_beneath(run) -> None:
    one, two = reviewed(run)
    assert one.beneath == (None, "CASA", None, None, None, "MÉDICO", None, None)
    assert two.beneath == (None, None, None)


def test_what_lies_beneath_is_what_is_overlapped_longest(run) -> None:
    truth = pd.DataFrame(
        [("one", "MÉDICO", 0, 1000), ("one", "OTHER", 1000, 5000)], columns=["video", "sign", "start_ms", "end_ms"]
    )
    spottings = pd.DataFrame([("one", "CASA", 100, 1600, 0.5)], columns=[*truth, "score"])
    one = reviewed(replace(run, annotations=truth, spottings=spottings))[0]
    assert one.beneath == ("CASA", "CASA", "MÉDICO")


def test_scores_stay_with_their_spottings(run) -> None:
    backwards = replace(run, spottings=run.spottings[::-1])
    for each in reviewed(backwards):
        mine = run.spottings[run.spottings.video == each.video.video].sort_values("start_ms")
        assert list(each.scores) == list(mine.score)


def test_an_alias_takes_the_name_of_its_sign(run) -> None:
    truth = run.annotations.replace("CASA", "HOGAR")
    assert reviewed(replace(run, annotations=truth)) == reviewed(run)


def test_without_truth_nothing_is_right_or_wrong(bare_run) -> None:
    assert {state for each in reviewed(bare_run) for state in each.states} == {"uncompared"}


def test_a_video_may_lack_annotation_beside_others_that_have_it(run) -> None:
    videos = [run.videos[0], replace(run.videos[1], annotated=False)]
    one, two = reviewed(replace(run, videos=videos))
    assert one.states == reviewed(run)[0].states
    assert set(two.states) == {"uncompared"} and two.timeline.truth == ()


def test_an_annotated_video_without_a_sign_has_false_spottings(run) -> None:
    truth = run.annotations[run.annotations.video == "one"]
    assert set(reviewed(replace(run, annotations=truth))[1].states) == {"wrong"}


def test_listed_are_spottings_and_missed_signs(run) -> None:
    names = [(bar.sign, bar.start_ms) for bar in reviewed(run)[0].listed()]
    assert names[:4] == [(sign, start) for video, sign, start, *_ in run.spottings.values.tolist() if video == "one"]
    assert names[4:] == [("MÉDICO", 3000)]


def test_rows_are_numbers_with_times_from_the_start_of_the_file(run, tmp_path: Path) -> None:
    data = content("t", "run", reviewed(run), [40.0, 40.0], [0, None], [], tmp_path)
    two = data["videos"][1]
    assert two["span"] == (4_000, 10_000) and two["sheet"] is None
    casa, other = (data["signs"].index(sign) for sign in ("CASA", run.spottings.sign[4]))
    assert two["truth"] == [(casa, 6000, 6500, NUMBER_OF["hit"], None)]
    assert two["spotted"][1] == (other, 8000, 8400, NUMBER_OF["wrong"], None)
    assert two["scores"] == [0.8, 0.6]


def test_an_unknown_score_is_none(run, tmp_path: Path) -> None:
    spottings = run.spottings.assign(score=float("nan"))
    data = content("t", "run", reviewed(replace(run, spottings=spottings)), [40.0, 40.0], [None, None], [], tmp_path)
    assert data["videos"][0]["scores"] == [None] * 4


def test_scores_over_time_name_signs_as_the_bars_do(scored_run, tmp_path: Path) -> None:
    spottings = scored_run.spottings.query("sign == 'CASA'")
    data = content(
        "t", "run", reviewed(replace(scored_run, spottings=spottings)), [40.0, 40.0], [None, None], [], tmp_path
    )
    curve = data["videos"][1]["curve"]
    assert (curve["start"], curve["step"], len(curve["scores"])) == (4000, 200.0, 30)
    assert curve["scores"][20] == 62
    assert data["signs"][curve["signs"][20]] == scored_run.vocabulary.sign[3]


def test_a_video_may_have_no_scores_over_time(scored_run, tmp_path: Path) -> None:
    scores = {"one": scored_run.scores["one"]}
    data = content("t", "run", reviewed(replace(scored_run, scores=scores)), [40.0, 40.0], [None, None], [], tmp_path)
    assert ["curve" in video for video in data["videos"]] == [True, False]


def test_states_have_a_symbol_each() -> None:
    assert len({state["symbol"] for state in STATES}) == len(STATES)


name = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text not in (".", "..")
)


@given(name)
def test_an_address_leads_to_the_file_and_holds_no_markup(text: str) -> None:
    link = address(Path("/data/videos") / text, Path("/data/results/review"))
    assert unquote(link) == f"../../videos/{text}"
    assert not set(link) & set("<>\"' &?#:")


@pytest.mark.parametrize("path", ["v.mp4", "../v.mp4"])
def test_an_address_starts_at_the_page(path: str) -> None:
    assert address(Path(path), Path("results/review")) == f"../../{path}"


@pytest.mark.parametrize("name", ["NA", "null", "nan"])
def test_a_video_may_be_called_like_a_missing_value(tmp_path: Path, name: str) -> None:
    rows = pd.DataFrame([(name, "CASA", 0, 1000, 1640, 0.9)], columns=list(COLUMNS))
    write_spottings(rows, tmp_path / "spottings.tsv")
    videos = [ReviewVideo(name, tmp_path / f"{name}.mp4", (0, 5000))]
    vocabulary = pd.DataFrame({"class_id": [0], "sign": ["CASA"]})
    spottings = read_spottings(tmp_path / "spottings.tsv")
    write_review(tmp_path / "review", title="t", run="run", videos=videos, spottings=spottings, vocabulary=vocabulary)
    page = (tmp_path / "review/index.html").read_text(encoding="utf-8")
    assert f'"name":"{name}"' in page and '"scores":[0.9]' in page
