"""Scores, report and review page compare the same truth and spottings: they tell the same."""

from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from signspot.corpus.tables import class_ids
from signspot.report.review.content import ReviewVideo, review
from signspot.report.timeline import HIT_IOU, State, compare
from signspot.scoring import official, scores, strict
from signspot.scoring.tables import intervals_by_video

GLOSSES = ["0", "1", "2", "01", "1.0", "HOUSE", "house", "MÉDICO", "ME\u0301DICO", "DOG"]
VOCABULARIES = st.permutations(["HOUSE", "1", "0", "MÉDICO"]).map(
    lambda signs: pd.DataFrame(
        {"class_id": range(4), "sign": signs, "aliases": ["2" if s == "HOUSE" else "" for s in signs]}
    )
)
LATE_MS = [0, 100, 700, 1000]
"""How much later than the slot of an annotation a spotting is: a hit, a hit, a wrong boundary, beside it."""


@given(VOCABULARIES, st.data())
def test_they_agree(vocabulary: pd.DataFrame, data: st.DataObject) -> None:
    """One annotation and one spotting at most are in each slot of 2 s, so that the rules of the scores agree too."""
    signs = vocabulary["sign"].tolist()
    annotated = data.draw(st.lists(st.sampled_from(GLOSSES), min_size=1, max_size=6))
    spotted = data.draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(LATE_MS)), max_size=6))
    truth = pd.DataFrame(
        [("a", gloss, 2000 * i, 2000 * i + 1000) for i, gloss in enumerate(annotated)],
        columns=["video", "sign", "start_ms", "end_ms"],
    )
    spottings = pd.DataFrame(
        [("a", signs[one], one, 2000 * i + late, 2000 * i + late + 1000, 0.5) for i, (one, late) in enumerate(spotted)],
        columns=["video", "sign", "class_id", "start_ms", "end_ms", "score"],
    )
    line = compare("a", (0, 20_000), truth, spottings, class_ids(vocabulary))
    (page,) = review([ReviewVideo("a", Path("a.mp4"), (0, 20_000))], spottings, truth, vocabulary)
    assert page.timeline == line

    result = scores(truth, spottings, vocabulary, pd.DataFrame({"video": ["a"]}), resamples=2)
    known = [bar for bar in line.truth if bar.state != State.OUTSIDE]
    assert sum(share["truth"] for share in result["per_sign"].values()) == len(known)
    found = {"a": [(bar.number, bar.start_ms, bar.end_ms) for bar in known]}
    at_hit = [kind(found, intervals_by_video(spottings), [HIT_IOU])["tp"] for kind in (official, strict)]
    at_half = next(row for row in result["official"]["per_threshold"] if row["iou"] == HIT_IOU)["tp"]
    assert [*at_hit, at_half] == [line.count(State.HIT)] * 3
