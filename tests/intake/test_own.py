"""What signspot wrote itself never becomes truth or a recording by itself, wherever it was copied to."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from intake_folders import Came, eaf, lse

from signspot.errors import InputError
from signspot.export.elan import SpottingSource
from signspot.export.spotted import write_spotted
from signspot.find.lexicon import read_lexicon
from signspot.find.summary import write_sign_table
from signspot.spottings import COLUMNS, write_spottings
from signspot.video.program import executable

Film = Callable[..., Path]
Intake = Callable[..., Came]
OWN = "What signspot wrote itself, left out"
SPOTTED = [("HOUSE", 0, 400), ("TREE", 1000, 1400)]


def spotted(folder: Path, video: Path, original: Path | None = None) -> Path:
    """What ``signspot spot`` writes of a video: four files, and the table of all spottings. Gives the document."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = pd.DataFrame(SPOTTED, columns=["sign", "start_ms", "end_ms"])
    table = rows.assign(video=video.stem, class_id=[0, 1], score=0.21)[list(COLUMNS)]
    write_spottings(table, folder / "spottings.tsv")
    source = SpottingSource("demo", ["HOUSE", "TREE"])
    write_spotted(video.stem, table, folder, media=video, source=source, original=original)
    return folder / f"{video.stem}.eaf"


def left_out(came: Came, root: Path) -> dict[str, str]:
    """Why each file was left out, by its path; that of several files of a folder is of the first one."""
    title = next((line for line in came.text.split("\n") if line.startswith(OWN)), None)
    lines = came.section(title) if title else []
    told = dict(line.strip().split(": ", 1) for line in lines)
    return {where.removeprefix(f"{root}/"): why for where, why in told.items()}


@pytest.fixture
def annotated(data: Path, film: Film) -> Path:
    """A folder with an annotated video, and one that is not."""
    lse(film(data / "rec1.mp4").with_suffix(".eaf"), (0, 400, "DOG"), (800, 1200, "CAT"))
    film(data / "rec2.mp4")
    return data


def test_what_was_spotted_is_no_truth(annotated: Path, intake: Intake) -> None:
    spotted(annotated / "spotted", annotated / "rec2.mp4")
    came = intake()
    assert came.column("split") == {"rec1": "train", "rec2": "predict"}
    assert set(came.annotations["video"]) == {"rec1"}
    why = left_out(came, annotated)
    assert why.keys() == {
        f"spotted/{name}" for name in ("spottings.tsv", "rec2.csv", "rec2.eaf", "rec2.srt", "rec2.vtt")
    }
    assert (
        "(columns class_id and score), no annotations; to take them as annotations: --accept-tier signspot:table"
        in (why["spotted/spottings.tsv"])
    )
    assert why["spotted/rec2.eaf"].endswith(
        "(tier signspot:demo), no annotations; to take them as annotations: --accept-tier signspot:demo"
    )


@pytest.mark.parametrize("suffix", [".eaf", ".vtt", ".srt", ".csv"])
def test_each_of_its_files_alone_is_known_by_its_content(annotated: Path, intake: Intake, suffix: str) -> None:
    """As when somebody copies subtitles beside the video, so that a player shows them."""
    document = spotted(annotated.parent / "elsewhere", annotated / "rec2.mp4")
    shutil.copy(document.with_suffix(suffix), annotated / f"rec2{suffix}")
    came = intake()
    assert came.column("split")["rec2"] == "predict"
    assert list(left_out(came, annotated)) == [f"rec2{suffix}"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["rec2.csv", "spottings.tsv"])
def test_a_table_that_a_spreadsheet_saved_again(annotated: Path, intake: Intake, name: str, separator: str) -> None:
    """In another order, with another separator and a further column."""
    spotted(annotated.parent / "elsewhere", annotated / "rec2.mp4")
    table = pd.read_csv(annotated.parent / "elsewhere" / name, sep="\t" if name.endswith("tsv") else ",")
    table = table[sorted(table)].assign(remark="?")
    table.to_csv(annotated / "again.csv", sep=separator, index=False, encoding="utf-8-sig")
    came = intake()
    assert list(left_out(came, annotated)) == ["again.csv"] and came.column("split")["rec2"] == "predict"


@pytest.mark.parametrize("suffix", [".vtt", ".srt"])
def test_subtitles_whose_mark_was_lost_are_known_beside_their_table(
    annotated: Path, intake: Intake, suffix: str
) -> None:
    document = spotted(annotated / "spotted", annotated / "rec2.mp4")
    path = document.with_suffix(suffix)
    path.write_text("\n".join(line for line in path.read_text().split("\n") if line.strip() and "NOTE" not in line))
    document.unlink()
    came = intake()
    assert "the same as" in left_out(came, annotated)[f"spotted/rec2{suffix}"]
    path.write_text(path.read_text().replace("TREE", "DOG"))
    assert came.signs("rec1") == intake().signs("rec1") and intake().signs("rec2")[1][0] == "DOG", "somebody's own"


@pytest.mark.parametrize("header", ["clip\ttier\tgloss\tstart_ms\tend_ms", ""])
def test_spottings_exported_from_elan(annotated: Path, intake: Intake, header: str) -> None:
    """As a table with tiers, and as ELAN's own tab-delimited text."""
    tiers = ("signspot:demo", "signspot:demo:score")
    if header:
        rows = [f"rec2\t{tier}\tHOUSE\t0\t400" for tier in tiers]
        options = ["--column", "video=clip"]
    else:
        rows = [f"{tier}\t\t00:00:00.000\t00:00:00.400\tHOUSE" for tier in tiers]
        options = []
    (annotated / "rec2.txt").write_text("\n".join(filter(None, [header, *rows])) + "\n")
    came = intake(*options)
    assert came.column("split")["rec2"] == "predict"
    assert "tier signspot:demo" in left_out(came, annotated)["rec2.txt"]


def test_tables_without_annotations_are_told_as_our_own(annotated: Path, film: Film, intake: Intake) -> None:
    signs = pd.DataFrame([("HOUSE", 1, 2, 0.5, "", 0)])
    signs.columns = ["sign", "examples", "found", "typical_score", "looks_like", "odd_examples"]
    write_sign_table(signs, annotated / "found/signs.tsv")
    write_spottings(pd.DataFrame(columns=list(COLUMNS)), annotated / "found/spottings.tsv")
    (annotated / "found/summary.txt").write_text("Signs\n-----\n")
    first = intake()
    for name in ("counts.tsv", "videos.tsv"):
        shutil.copy(annotated.parent / "tables" / name, annotated / name)
    came = intake()
    assert first.status == came.status == 0
    assert {path: why.split(" and ")[0].split(",")[0] for path, why in left_out(came, annotated).items()} == {
        "counts.tsv": "is signspot's table of glosses",
        "videos.tsv": "is signspot's table of videos",
        "found/signs.tsv": "is signspot's table of signs",
        "found/spottings.tsv": "is signspot's table of spottings",
    }
    assert "Files that were not read" not in came.text


def test_results_and_models_are_left_out_as_a_whole(annotated: Path, film: Film, intake: Intake) -> None:
    results = annotated / "results/mine"
    for kind in ("videos", "annotations", "vocabulary"):
        path = results / f"tables/{kind}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("video\tsign\tstart_ms\tend_ms\nrec2\tHOUSE\t0\t400\n")
    film(results / "videos/rec3.mp4")
    (results / "logs").mkdir()
    for path in (
        results / "runs/first/scores.json",
        results / "benchmarks/crop/rec1.tsv",
        annotated / "model/model.json",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    (annotated / "model/vocabulary.tsv").write_text("class_id\tsign\n0\tHOUSE\n")
    document = spotted(results / "runs/first/elan", annotated / "rec1.mp4", annotated / "rec1.eaf")
    came = intake()
    assert came.signs("rec1") == [("DOG", 0, 400), ("CAT", 800, 1200)]
    assert came.column("split") == {"rec1": "train", "rec2": "predict"}
    why = left_out(came, annotated)
    assert why["results/mine"].startswith("results of the workflow") and why["model"].startswith("a model")
    assert "Files that were not read" not in came.text
    document.rename(document.with_name("rec1.corrected1.eaf"))
    assert ("HOUSE", 0, 400) in intake("--accept-tier", "signspot:demo").signs("rec1")


def test_a_document_with_spottings_yields_to_that_of_the_annotator(annotated: Path, intake: Intake) -> None:
    """Both have the tier of the annotator; the copy was written beside it, or corrected somewhere else."""
    spotted(annotated / "spotted", annotated / "rec1.mp4", annotated / "rec1.eaf")
    shutil.copytree(annotated / "spotted", annotated / "corrected")
    came = intake()
    assert came.signs("rec1") == [("DOG", 0, 400), ("CAT", 800, 1200)]
    assert "Files left out" not in came.text


def test_the_tier_of_the_annotator_counts_in_a_document_with_spottings(annotated: Path, intake: Intake) -> None:
    document = spotted(annotated / "spotted", annotated / "rec1.mp4", annotated / "rec1.eaf")
    (annotated / "rec1.eaf").unlink()
    text = document.read_text().replace(">CAT<", ">HORSE<")
    document.write_text(text)
    came = intake()
    assert came.signs("rec1") == [("DOG", 0, 400), ("HORSE", 800, 1200)]
    assert {"DOG", "HORSE"} == set(came.vocabulary["sign"]), "the vocabulary of the model is not the annotators'"


@pytest.mark.parametrize("options", [["--accept-tier", "signspot:demo"], ["--accept-tier", "signspot:*"]])
def test_accepted_spottings_are_annotations(annotated: Path, intake: Intake, options: list[str]) -> None:
    spotted(annotated / "corrected", annotated / "rec2.mp4")
    spotted(annotated / "corrected", annotated / "rec1.mp4", annotated / "rec1.eaf")
    came = intake(*options)
    assert came.signs("rec2") == SPOTTED, "and no score is a gloss"
    assert sorted(came.signs("rec1")) == sorted([("DOG", 0, 400), ("CAT", 800, 1200), *SPOTTED])


def test_nothing_but_accepted_spottings(data: Path, film: Film, intake: Intake) -> None:
    eaf(film(data / "rec2.mp4").with_suffix(".eaf"), {"Remarks": [(0, 400, "?")]})
    spotted(data / "corrected", data / "rec2.mp4", data / "rec2.eaf")
    assert intake().status == 2
    for options in (["--accept-tier", "signspot:demo"], ["--tier", "signspot:demo"], ["--tier", "signspot:*"]):
        assert intake(*options).signs("rec2") == SPOTTED, options


def test_a_document_without_tiers_is_still_told(annotated: Path, intake: Intake) -> None:
    eaf(annotated / "rec2.eaf", {})
    came = intake()
    assert "rec2.eaf: has no tier M_Glosa" in came.text and OWN not in came.text


def test_a_pattern_for_all_tiers_means_none_of_spottings(annotated: Path, intake: Intake) -> None:
    spotted(annotated / "spotted", annotated / "rec2.mp4")
    assert intake("--tier", "*").column("split")["rec2"] == "predict"


@pytest.mark.parametrize("name", ["spottings.tsv", "rec2.csv", "rec2.vtt", "rec2.srt"])
def test_a_file_that_is_named_itself_is_read(annotated: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    from intake_folders import init

    spotted(annotated / "spotted", annotated / "rec2.mp4")
    came = init(capsys, annotated / "spotted" / name, "--media", annotated)
    assert came.status == 0 and came.signs("rec2") == SPOTTED


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "signspot:other",
            "no file has such a tier of spottings; there are: signspot:demo, signspot:subtitles, signspot:t",
        ),
        ("demo", "expected a tier of spottings, signspot:NAME"),
        ("M_Glosa", "expected a tier of spottings"),
    ],
)
def test_a_tier_that_cannot_be_accepted(annotated: Path, intake: Intake, name: str, message: str) -> None:
    spotted(annotated / "spotted", annotated / "rec2.mp4")
    came = intake("--accept-tier", name)
    assert came.status == 2 and message in came.error


def test_find_takes_the_tiers_that_are_named(annotated: Path) -> None:
    """A folder of examples is named on purpose, so that all its tiers count where none is named."""
    document = spotted(annotated / "corrected", annotated / "rec2.mp4")
    document.write_text(document.read_text().replace("signspot:demo", "signspot:old"))
    spotted(annotated / "found", annotated / "rec2.mp4", document)
    assert read_lexicon([annotated / "found"]).signs == ["HOUSE", "TREE"]
    assert read_lexicon([annotated / "found"], accept=["signspot:old"]).signs == ["HOUSE", "TREE"]
    with pytest.raises(InputError, match="to take them as annotations: --accept-tier signspot:demo"):
        read_lexicon([annotated / "found"], accept=["signspot:new"])
    shutil.copy(annotated / "rec1.mp4", annotated / "found/DOG.mp4")
    with pytest.raises(InputError, match="--accept-tier signspot:new: no file has such a tier"):
        read_lexicon([annotated / "found"], accept=["signspot:new"])


@pytest.fixture
def old_film(data: Path, film: Film) -> Path:
    """A video that browsers do not play, and the copy that the review page proposes."""
    path = data / "rec1.avi"
    for source, target in ((film(data.parent / "x.mp4"), path), (path, data / "rec1.review.mp4")):
        codec = "mpeg4" if target == path else "libx264"
        subprocess.run([executable(), "-v", "error", "-i", str(source), "-c:v", codec, str(target)], check=True)
    return path


@pytest.mark.parametrize("name", ["rec1.review.mp4", "REC1.Review.MP4", "copies/rec1.review.mp4"])
def test_a_copy_for_the_review_page_is_no_recording(old_film: Path, data: Path, intake: Intake, name: str) -> None:
    (data / name).parent.mkdir(exist_ok=True)
    (data / "rec1.review.mp4").rename(data / name)
    (data / "a.csv").write_text("video,sign,start_ms,end_ms\nrec1,HOUSE,1000,1500\n")
    came = intake()
    assert list(came.videos["video"]) == ["rec1"]
    assert left_out(came, data) == {name: f"is a copy of {old_film}; if it is a recording, give it another name"}


@pytest.mark.parametrize("by", ["link", "lost link", "name", "table", "subtitles"])
def test_annotations_of_the_copy_are_those_of_the_recording(
    old_film: Path, data: Path, intake: Intake, by: str
) -> None:
    """Somebody opened the copy in ELAN, as the recording does not play there."""
    urls = {"link": "./rec1.review.mp4", "lost link": "file:///D:/rec1.review.mp4"}
    if by in urls:
        link = {"MEDIA_URL": urls[by], "MIME_TYPE": "video/mp4", "TIME_ORIGIN": "500"}
        lse(data / "ann.eaf", (1000, 1500, "HOUSE"), media=[link])
    elif by == "name":
        lse(data / "rec1.review.eaf", (1000, 1500, "HOUSE"))
    elif by == "table":
        (data / "a.csv").write_text("video,sign,start_ms,end_ms\nrec1.review.mp4,HOUSE,1000,1500\n")
    else:
        (data / "rec1.review.srt").write_text("1\n00:00:01,000 --> 00:00:01,500\nHOUSE\n")
    came = intake()
    shift = 500 if by in urls else 0
    assert came.column("path") == {"rec1": "../data/rec1.avi"}
    assert came.signs("rec1") == [("HOUSE", 1000 + shift, 1500 + shift)]


def test_a_recording_that_is_only_called_like_a_copy(data: Path, film: Film, intake: Intake) -> None:
    lse(film(data / "rec1.mp4").with_suffix(".eaf"), (0, 400, "DOG"))
    source = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=25:duration=8"]
    subprocess.run([executable(), "-v", "error", *source, str(data / "rec1.review.mp4")], check=True)
    film(data / "alone.review.mp4")
    assert set(intake().videos["video"]) == {"rec1", "rec1_review", "alone_review"}


def test_a_video_copied_beside_its_corrected_document_is_no_further_recording(annotated: Path, intake: Intake) -> None:
    film2 = annotated / "rec2.mp4"
    document = spotted(annotated / "corrected", film2)
    spotted(annotated / "corrected", annotated / "rec1.mp4", annotated / "rec1.eaf")
    for name in ("rec1.mp4", "rec2.mp4"):
        shutil.copy(annotated / name, annotated / "corrected" / name)
    document.write_text(document.read_text().replace("../rec2.mp4", "./rec2.mp4"))
    came = intake()
    assert set(came.videos["video"]) == {"rec1", "rec2"}
    assert came.column("split") == {"rec1": "train", "rec2": "predict"}
    assert f"is a copy of {film2}" in left_out(came, annotated)["corrected/rec2.mp4"]
    accepted = intake("--accept-tier", "signspot:demo")
    assert accepted.column("path") == {"rec1": "../data/rec1.mp4", "rec2": "../data/rec2.mp4"}
    assert accepted.signs("rec2") == SPOTTED
    assert {"DOG", "HOUSE"} <= {sign for sign, _, _ in accepted.signs("rec1")}


def test_two_recordings_of_one_name_are_still_two(annotated: Path, film: Film, intake: Intake) -> None:
    spotted(annotated / "corrected", annotated / "rec2.mp4")
    film(annotated / "corrected/rec2.mp4", 50)
    assert "several videos are called rec2" in intake().text
