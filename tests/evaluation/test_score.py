"""``signspot score`` of ELAN documents: tiers, names of videos, times; bad input one by one."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from intake_folders import eaf
from scored_runs import HALF, TEST

from signspot.export.elan import SpottingSource, write_elan

Make = Callable[..., Path]
Call = Callable[..., tuple[int, str, str]]
HOUSE, TREE = (0, 1000, "HOUSE"), (2000, 3000, "TREE")
SPOTTED = "signspot:demo"


def media(name: str, origin: int = 0) -> dict[str, str]:
    return {
        "MEDIA_URL": f"file:///D:/films/{name}",
        "RELATIVE_MEDIA_URL": f"./{name}",
        "MIME_TYPE": "video/mp4",
        "TIME_ORIGIN": str(origin),
    }


def found(call: Call, truth: Path, predictions: Path, *options: str) -> tuple[float, int]:
    """The official F1 and the number of videos."""
    status, out, err = call("score", "--truth", truth, "--predictions", predictions, "--json", *options)
    assert status == 0, err
    result = json.loads(out)
    return result["official"]["f1"], result["videos"]


def refused(call: Call, truth: Path, predictions: Path, *options: str) -> str:
    status, out, err = call("score", "--truth", truth, "--predictions", predictions, *options)
    assert (status, out) == (2, "")
    return err


def table(path: Path, *rows: str) -> Path:
    path.write_text("".join("\t".join(row.split()) + "\n" for row in ("video sign start_ms end_ms", *rows)))
    return path


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """Documents of two videos by the convention of LSE, which have spottings too."""
    for video in ("a", "b"):
        eaf(tmp_path / f"truth/{video}.eaf", {"M_Glosa": [HOUSE, TREE], SPOTTED: [HOUSE], f"{SPOTTED}:score": []})
    return tmp_path / "truth"


def test_both_sides_may_be_tiers_of_the_same_documents(truth: Path, call: Call) -> None:
    f1, videos = found(call, truth, truth)
    assert (round(f1, 3), videos) == (0.667, 2)


def test_a_single_document_and_a_table(truth: Path, tmp_path: Path, call: Call) -> None:
    spotted = table(tmp_path / "s.tsv", "a HOUSE 0 1000", "a TREE 2000 3000")
    assert found(call, truth / "a.eaf", spotted) == (1, 1)
    assert found(call, spotted, truth / "a.eaf", "--spotted-tier", "M_Glosa") == (1, 1)


def test_tiers_are_chosen_by_name_pattern_and_type(truth: Path, tmp_path: Path, call: Call) -> None:
    document = eaf(tmp_path / "a.eaf", {"Mine": [HOUSE], "Glossing 1": [TREE], "Glossing 2": [HOUSE], "Notes": []})
    for options, expected in (
        (["--tier", "Mine"], 0.667),
        (["--tier", "Glossing*"], 1),
        (["--tier", "Mine", "--tier", "Glossing 1"], 1),
        (["--tier", "type:t"], 1),
    ):
        f1, _ = found(call, document, truth / "a.eaf", *options, "--spotted-tier", "M_Glosa")
        assert round(f1, 3) == expected, options


def test_a_sign_of_both_hands_counts_once(tmp_path: Path, call: Call) -> None:
    truth = eaf(tmp_path / "a.eaf", {"RH-IDgloss": [HOUSE, (5000, 5500, "PT:PRO")], "LH-IDgloss": [HOUSE, TREE]})
    assert found(call, truth, table(tmp_path / "s.tsv", "a HOUSE 0 1000", "a TREE 2000 3000")) == (1, 1)


def test_spottings_count_as_truth_only_if_the_user_says_so(truth: Path, tmp_path: Path, call: Call) -> None:
    spotted = table(tmp_path / "s.tsv", "a HOUSE 0 1000", "b HOUSE 0 1000")
    assert found(call, truth, spotted, "--tier", SPOTTED) == (1, 2)
    assert round(found(call, truth, spotted, "--tier", "*")[0], 3) == 0.667


def test_exported_spottings_that_overlap_all_count(tmp_path: Path, call: Call) -> None:
    rows = pd.DataFrame(
        [("HOUSE", 0, 1000, 0.5), ("HOUSE", 100, 1100, 0.5), ("TREE", 500, 1500, 0.5)],
        columns=["sign", "start_ms", "end_ms", "score"],
    )
    write_elan(rows, tmp_path / "out/a.eaf", tmp_path / "a.mp4", SpottingSource("demo", ["HOUSE", "TREE"]))
    truth = table(tmp_path / "t.tsv", *(f"a {row.sign} {row.start_ms} {row.end_ms}" for row in rows.itertuples()))
    for options in ([], ["--spotted-tier", SPOTTED]):
        status, out, _ = call("score", "--truth", truth, "--predictions", tmp_path / "out", "--json", *options)
        assert status == 0
        assert json.loads(out)["strict"]["f1"] == 1


def test_times_are_those_of_the_video(tmp_path: Path, call: Call) -> None:
    truth = eaf(tmp_path / "a.eaf", {"M_Glosa": [HOUSE]}, media=[media("a.mp4", 4000)])
    assert found(call, truth, table(tmp_path / "s.tsv", "a HOUSE 4000 5000")) == (1, 1)


@pytest.mark.parametrize(
    ("document", "film", "video"),
    [("a", "other", "a"), ("session 1", "a", "a"), ("film one", "x", "film_one"), ("session", "film one", "film_one")],
)
def test_videos_match_by_the_name_of_the_document_or_of_the_video_that_it_links(
    tmp_path: Path, call: Call, document: str, film: str, video: str
) -> None:
    eaf(tmp_path / f"t/{document}.eaf", {"M_Glosa": [HOUSE]}, media=[media(f"{film}.mp4")])
    assert found(call, tmp_path / "t", table(tmp_path / "s.tsv", f"{video} HOUSE 0 1000")) == (1, 1)
    truth = table(tmp_path / "t.tsv", f"{video} HOUSE 0 1000")
    assert found(call, truth, tmp_path / "t", "--spotted-tier", "M_Glosa") == (1, 1)


def test_two_signers_have_their_own_videos(tmp_path: Path, call: Call) -> None:
    truth = eaf(
        tmp_path / "talk.eaf",
        {"GlossR S1": [HOUSE], "GlossR S2": [TREE]},
        media=[media("talk_S1.mp4"), media("talk_S2.mp4")],
    )
    assert found(call, truth, table(tmp_path / "s.tsv", "talk_S1 HOUSE 0 1000", "talk_S2 TREE 2000 3000")) == (1, 2)


def test_one_of_two_signers_can_be_picked(tmp_path: Path, call: Call) -> None:
    truth = eaf(tmp_path / "talk.eaf", {"GlossR S1": [HOUSE], "GlossR S2": [TREE]})
    spotted = table(tmp_path / "s.tsv", "talk HOUSE 0 1000")
    message = refused(call, truth, spotted)
    assert "talk.eaf: holds glosses of several signers (S1, S2); pick one with --participant" in message
    assert found(call, truth, spotted, "--participant", "S1") == (1, 1)


def test_a_finished_run_is_scored_as_it_was(make_run: Make, call: Call) -> None:
    run = make_run("demo", HALF)
    assert round(found(call, run, run)[0], 3) == 0.667


def test_an_unknown_tier_is_told_with_those_that_there_are(truth: Path, call: Call) -> None:
    message = refused(call, truth, truth, "--tier", "Glosses")
    assert "a.eaf: has no tier Glosses; there are: M_Glosa" in message and "b.eaf: has no tier Glosses" in message
    message = refused(call, truth, truth, "--spotted-tier", "signspot:other")
    assert "a.eaf: has no tier signspot:other; there are: M_Glosa, signspot:demo" in message


def test_documents_of_no_convention_ask_for_the_tier(tmp_path: Path, call: Call) -> None:
    truth = eaf(tmp_path / "t/a.eaf", {"One": [HOUSE], "Two": [TREE]})
    message = refused(call, truth.parent, table(tmp_path / "s.tsv", "a HOUSE 0 1000"))
    assert "fit no profile" in message and "--tier NAME" in message and "One: 1 files, 1 annotations" in message


def test_spottings_of_no_or_of_several_sources_ask_for_the_tier(truth: Path, tmp_path: Path, call: Call) -> None:
    plain = eaf(tmp_path / "p/a.eaf", {"Mine": [HOUSE]})
    message = refused(call, truth, plain.parent)
    assert "no tier of spottings" in message and "--spotted-tier NAME" in message and "Mine: 1 files" in message
    both = eaf(tmp_path / "b/a.eaf", {SPOTTED: [HOUSE], "signspot:other": [TREE]})
    message = refused(call, truth, both.parent)
    assert "several spotters (signspot:demo, signspot:other)" in message


def test_documents_about_other_videos_are_told(truth: Path, tmp_path: Path, call: Call) -> None:
    message = refused(call, truth, table(tmp_path / "s.tsv", "c HOUSE 0 1000"))
    assert "its videos are a, b; the other files have c" in message


def test_two_documents_about_one_video_are_told(truth: Path, tmp_path: Path, call: Call) -> None:
    eaf(truth / "a.corrected1.eaf", {"M_Glosa": [HOUSE]}, media=[media("a.mp4")])
    message = refused(call, truth, table(tmp_path / "s.tsv", "a HOUSE 0 1000"))
    assert "a.corrected1.eaf" in message and "a.eaf are both about the video a" in message.replace("\n", " ")


def test_a_broken_document_is_named(truth: Path, call: Call) -> None:
    (truth / "b.eaf").write_text("<ANNOTATION_DOCUMENT>")
    assert "b.eaf: is not well-formed XML" in refused(call, truth, truth)


def test_tiers_of_tables_are_refused(tmp_path: Path, call: Call) -> None:
    rows = table(tmp_path / "s.tsv", "a HOUSE 0 1000")
    for option in ("--tier", "--spotted-tier"):
        assert f"{option} is given, but no ELAN document" in refused(call, rows, rows, option, "Glosses")


def test_named_tiers_mean_the_documents_beside_a_table(make_run: Make, call: Call) -> None:
    run = make_run("demo", HALF)
    for video, rows in TEST.items():
        eaf(run / f"elan/{video}.eaf", {"signspot:demo": [(start, end, sign) for sign, start, end in rows]})
    assert round(found(call, run, run)[0], 3) == 0.667
    assert found(call, run, run, "--spotted-tier", "signspot:demo") == (1, 8)
    assert round(found(call, run, run, "--tier", "signspot:demo")[0], 3) == 0.667
