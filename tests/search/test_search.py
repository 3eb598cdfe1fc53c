"""``signspot index`` and ``signspot search``, as they are called."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from intake_folders import eaf

from signspot.predictions import Predictions, write_predictions
from signspot.retrieval.index import FILE
from signspot.timebase import Timebase

Call = Callable[..., tuple[int, str, str]]


def write(path: Path, *rows: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Tables with aliases, a gloss outside the vocabulary, and sentences."""
    folder = tmp_path / "corpus"
    write(folder / "videos.tsv", "video\tpath\tsplit\tsigner", "a\ta.mp4\ttrain\tanna", "b\tb.mp4\ttest\tbert")
    write(
        folder / "annotations.tsv",
        "video\tsign\tstart_ms\tend_ms",
        "a\tHOUSE\t1000\t1400",
        "a\tBUY\t2000\t2400",
        "b\tHOME\t500\t900",
        "b\tRARE\t1000\t1500",
    )
    write(folder / "vocabulary.tsv", "class_id\tsign\taliases", "1\tHOUSE\tHOME", "0\tBUY\t")
    write(folder / "sentences.tsv", "video\tstart_ms\tend_ms\ttext", "a\t0\t3000\tI bought a house.")
    return folder


def places(call: Call, *query: str) -> list[tuple[str, int, str]]:
    status, out, error = call("search", *query, "--index", "index", "--json")
    assert status == 0, error
    answer = json.loads(out)
    return [
        (one["video"], one["start_ms"], " ".join(sign["sign"] for sign in one["signs"])) for one in answer["places"]
    ]


def test_annotations(call: Call, corpus: Path) -> None:
    status, out, error = call("index", "corpus", "--out", "index")
    assert status == 0, error
    assert "corpus  annotations           2        0          0     0" in out
    assert "The index holds 4 places of signs and 1 sentences." in out
    assert places(call, "HOUSE") == places(call, "HOME") == [("a", 1000, "HOUSE"), ("b", 500, "HOUSE")]
    assert places(call, "RARE") == [("b", 1000, "RARE")]
    assert places(call, "BUY HOUSE text:bought") == [("a", 1000, "HOUSE BUY")]
    assert places(call, "--text", "a house") == [("a", 0, "")]
    write(corpus / "sentences.tsv", "video\tstart_ms\tend_ms\ttext", "b\t0\t3000\tI bought a house.")
    assert "corpus  annotations           0        2          0     0" in call("index", "corpus", "--out", "index")[1]
    assert places(call, "--text", "a house") == [("b", 0, "")]


def test_the_table_for_people(call: Call, corpus: Path) -> None:
    call("index", "corpus", "--out", "index")
    _, out, _ = call("search", "HOUSE BUY", "--index", "index")
    assert out.splitlines() == [
        "video      from        to  score  signs       signer  sentence",
        "a      0:01.000  0:02.400   1.00  HOUSE, BUY  anna    I bought a house.",
        "b      0:00.500  0:00.900   1.00  HOUSE       bert",
    ]
    _, out, _ = call("search", "HOUSE", "--index", "index", "--limit", 1)
    assert out.splitlines()[-1] == "… and 1 more places; --limit 2 shows all."
    assert call("search", "BUY … HOUSE", "--index", "index")[1] == "No place answers this query.\n"


def test_json_has_all_that_a_page_needs(call: Call, corpus: Path) -> None:
    call("index", "corpus", "--out", "index")
    answer = json.loads(call("search", "BUY", "--index", "index", "--json")[1])
    assert answer == {
        "query": "BUY",
        "text": "",
        "like": "",
        "signs": ["buy"],
        "found": 1,
        "places": [
            {
                "video": "a",
                "media": "corpus/a.mp4",
                "signer": "anna",
                "source": "annotations",
                "start_ms": 2000,
                "end_ms": 2400,
                "share": 1.0,
                "score": 1.0,
                "signs": [{"sign": "BUY", "start_ms": 2000, "end_ms": 2400, "score": 1.0}],
                "sentence": {"start_ms": 0, "end_ms": 3000, "text": "I bought a house."},
            }
        ],
    }


def test_a_page_of_the_places(call: Call, corpus: Path) -> None:
    call("index", "corpus", "--out", "index")
    status, out, error = call("search", "HOUSE BUY", "--index", "index", "--out", "page")
    assert (status, out, error) == (0, "2 places. Page: page/index.html\n", "")
    page = Path("page/index.html").read_text(encoding="utf-8")
    assert '"src":"../corpus/a.mp4"' in page and '"I bought a house."' in page
    assert call("search", "HOUSE", "--signer", "anna", "--index", "index", "--out", "page")[1].startswith("1 place. ")
    assert call("search", "HOUSE", "--limit", 1, "--index", "index", "--out", "page")[0] == 0
    assert "--limit 2" in Path("page/index.html").read_text(encoding="utf-8")


SPOTTED = ("video\tsign\tclass_id\tstart_ms\tend_ms\tscore", "a\tHOUSE\t1\t0\t400\t0.9", "b\tBUY\t0\t40\t80\t0.3")


def run_folder(corpus: Path) -> Path:
    """A run whose tables are those of the corpus."""
    for table in ("videos", "vocabulary", "sentences"):
        write(Path(f"results/mine/tables/{table}.tsv"), (corpus / f"{table}.tsv").read_text(encoding="utf-8").rstrip())
    return Path("results/mine/runs/first")


def test_spottings_of_a_run(call: Call, corpus: Path) -> None:
    run = run_folder(corpus)
    write(run / "spottings.tsv", *SPOTTED)
    assert call("index", run, "--sentences", corpus / "sentences.tsv", "--out", "index")[0] == 0
    assert places(call, "HOME") == [("a", 0, "HOUSE")]
    assert places(call, "BUY", "--min-score", "0.4") == []
    (place,) = json.loads(call("search", "HOUSE", "--index", "index", "--json")[1])["places"]
    assert (place["media"], place["signer"], place["source"]) == ("results/mine/tables/a.mp4", "anna", "spottings")
    assert (place["score"], place["sentence"]["text"]) == (0.9, "I bought a house.")


def test_spottings_alone(call: Call, corpus: Path) -> None:
    write(Path("spotted/spottings.tsv"), *SPOTTED)
    Path("a.mp4").touch()
    eaf(
        Path("spotted/a.eaf"), {}, media=[{"MEDIA_URL": "", "RELATIVE_MEDIA_URL": "../a.mp4", "MIME_TYPE": "video/mp4"}]
    )
    assert call("index", "spotted", "--out", "index")[0] == 0
    answer = json.loads(call("search", "HOUSE", "--index", "index", "--json")[1])
    assert answer["places"][0]["media"] == "a.mp4"
    assert call("index", "spotted/spottings.tsv", "--videos", "corpus/videos.tsv", "--out", "named")[0] == 0
    answer = json.loads(call("search", "BUY", "--index", "named", "--json")[1])
    assert (answer["places"][0]["media"], answer["places"][0]["signer"]) == ("corpus/b.mp4", "bert")


def test_signs_recognised_in_windows(call: Call, corpus: Path) -> None:
    run = run_folder(corpus)
    score = np.zeros((6, 3), np.float32)
    score[:, 2] = [0.6, 0.9, 0.5, 0.2, 0.0, 0.7]
    score[:, 1] = [0.1, 0.1, 0.2, 0.8, 0.0, 0.1]
    predictions = Predictions(score, 0, 23, 4, Timebase(25.0))
    about = {"spotter": "head", "weights_sha256": "0"}
    write_predictions(predictions, run / "predictions/head/0/a.h5", about)
    assert call("index", run, "--spotter", "head", "--out", "index")[0] == 0
    assert places(call, "HOUSE") == [("a", 0, "HOUSE"), ("a", 800, "HOUSE")]
    answer = json.loads(call("search", "BUY HOUSE", "--index", "index", "--json")[1])
    best = answer["places"][0]
    assert (best["source"], best["start_ms"], best["end_ms"]) == ("predictions of head", 0, 600)
    assert [sign["score"] for sign in best["signs"]] == pytest.approx([0.9, 0.8])
    _, out, _ = call("index", run, "--spotter", "head", "--threshold", "0.75", "--out", "index")
    assert "1          0" in out and places(call, "HOUSE") == [("a", 160, "HOUSE")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone"], "gone: holds nothing to index. Expected a folder of tables"),
        (["empty"], "empty: holds nothing to index"),
        (["corpus", "--sentences", "gone.tsv"], "gone.tsv: there is no such file"),
        (["corpus", "--spotter", "head"], "holds no predictions of head"),
        (["corpus", "--threshold", "1"], "--threshold 1: expected a number from 0, less than 1"),
        (["corpus", "--sentences", "corpus/annotations.tsv"], "column text is missing"),
        (["corpus", "--sentences", "said.srt"], "said.srt: is no table of sentences. Make one"),
        (["corpus", "--sentences", "late.tsv"], "late.tsv, line 2: end_ms is 0, expected more than start_ms"),
        (["corpus", "--sentences", "none.tsv"], "none.tsv: has a header but no rows"),
        (["backwards.tsv"], "backwards.tsv, line 2: end_ms is 40, expected start_ms or more"),
    ],
)
def test_wrong_sources(call: Call, corpus: Path, arguments: list[str], message: str) -> None:
    Path("empty").mkdir()
    write(Path("late.tsv"), "video\tstart_ms\tend_ms\ttext", "a\t100\t0\tA house.")
    write(Path("none.tsv"), "video\tstart_ms\tend_ms\ttext")
    write(Path("backwards.tsv"), SPOTTED[0], "a\tHOUSE\t1\t80\t40\t0.9")
    status, _, error = call("index", *arguments, "--out", "index")
    assert status == 2 and message in error
    assert not Path("index").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["HUOSE"], "no sign of the index is called 'huose'; similar: HOUSE"),
        ([], "the query asks for nothing"),
        (["HOUSE", "--min-score", "2"], "--min-score 2: expected a number from 0 to 1"),
        (["HOUSE", "--signer", "ann"], "--signer 'ann': the index has none of this name; similar: anna"),
        (["HOUSE", "--video", "film"], "--video 'film': the index has none of this name. Correct it, or leave --video"),
        (['"HOUSE'], "a quotation mark is left open"),
        (['""'], "'' has no letter or digit. Expected glosses"),
        (["… …"], "has … without a sign before or after it. Name the signs"),
        (["within 3 s"], "tells a time by within, but no sign. Name the signs"),
        (["*"], "'*' has no letter or digit. Expected glosses"),
        (['text:""'], "the text '': expected words"),
        (["AND OR NOT"], "no sign of the index is called 'not'.\nName glosses or aliases of the index"),
        (["'; DROP TABLE place; --"], "has no letter or digit"),
        (["HOUSE", "--index", "elsewhere"], "elsewhere: holds no index. Was it moved?"),
    ],
)
def test_wrong_queries(call: Call, corpus: Path, arguments: list[str], message: str) -> None:
    call("index", "corpus", "--out", "index")
    status, out, error = call("search", "--index", "index", *arguments)
    assert (status, out) == (2, "") and message in error


def test_what_is_gone_is_told(call: Call, corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    (corpus / "a.mp4").touch()
    call("index", "corpus", "--out", "index")
    (corpus / "a.mp4").unlink()
    assert places(call, "HOUSE")
    assert "1 videos of these places are no longer where they were, for example corpus/a.mp4" in caplog.text
    corpus.rename(corpus.with_name("moved"))
    call("index", "moved", "--out", "index")
    assert "corpus is indexed, but no longer there; its places stay." in caplog.text


def test_overlapping_sentences_are_told_and_kept(call: Call, corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    said = write(Path("said.tsv"), "video\tstart_ms\tend_ms\ttext", "a\t0\t900\tA house.", "a\t800\t1200\tA tree.")
    assert call("index", "corpus", "--sentences", said, "--out", "index")[0] == 0
    assert "said.tsv, line 3: the sentence overlaps that of line 2 in video a." in caplog.text
    assert places(call, "--text", "a house") == [("a", 0, "")] and places(call, "--text", "a tree") == [("a", 800, "")]


def test_videos_that_the_table_of_videos_lacks_are_told(
    call: Call, corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = write(Path("spottings.tsv"), SPOTTED[0], "a\tHOUSE\t1\t0\t400\t0.9", "z\tHOUSE\t1\t0\t400\t0.9")
    assert call("index", table, "--videos", "corpus/videos.tsv", "--out", "index")[0] == 0
    assert "spottings.tsv: 1 of 2 videos are not in corpus/videos.tsv, for example z" in caplog.text
    assert places(call, "HOUSE") == [("a", 0, "HOUSE"), ("z", 0, "HOUSE")]


def test_an_index_that_was_moved_without_its_videos(call: Call, corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    (corpus / "a.mp4").touch()
    call("index", "corpus", "--out", "index")
    Path("elsewhere/deep").mkdir(parents=True)
    Path("index").rename("elsewhere/deep/index")
    assert "index: holds no index. Was it moved?" in call("search", "BUY", "--index", "index")[2]
    assert call("search", "BUY", "--index", "elsewhere/deep/index")[0] == 0
    assert "1 videos of these places are no longer where they were" in caplog.text
    assert "Were they moved, or the index without them? Call signspot index again" in caplog.text


def test_an_index_of_another_version(call: Call, corpus: Path) -> None:
    call("index", "corpus", "--out", "index")
    with sqlite3.connect(f"index/{FILE}") as database:
        database.execute("PRAGMA user_version = 99")
    for arguments in (["search", "HOUSE", "--index", "index"], ["index", corpus, "--out", "index"]):
        status, _, error = call(*arguments)
        assert status == 2 and "is an index of version 99, expected 2. Delete" in error


def test_lse_health(shared: Path, call: Call) -> None:
    """ENFERMO is annotated 738 times in 273 documents."""
    with ZipFile(shared / "data/lse_health/ELAN-LSE-Health-UVigo.zip") as archive:
        archive.extractall("lse")
    assert call("corpus", "init", "lse", "--out", "tables")[0] == 0
    assert call("index", "tables", "--out", "index")[0] == 0
    answer = json.loads(call("search", "ENFERMO", "--index", "index", "--limit", 1000, "--json")[1])
    found = {(one["video"], one["start_ms"], one["end_ms"]) for one in answer["places"]}
    rows = pd.read_csv("tables/annotations.tsv", sep="\t")
    rows = rows.loc[rows["sign"] == "ENFERMO", ["video", "start_ms", "end_ms"]]
    assert found == set(rows.itertuples(index=False, name=None))
    assert answer["found"] == len(found) == 738
