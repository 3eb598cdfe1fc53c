"""``signspot spot``, called as a user calls it."""

import os
import shutil
from pathlib import Path
from xml.etree import ElementTree

import h5py
import numpy as np
import pandas as pd
import pytest
from clip_stores import write_frames
from made_up_run import write_run
from pympi import Eaf

from signspot.cli import main
from signspot.model.command import LOG, summary
from signspot.model.export import export_model
from signspot.model.folder import read_model
from signspot.model.results import Results
from signspot.model.spot import VideoSpottings
from signspot.model.stages import Video
from signspot.report.review import ScoreCurve
from signspot.report.review.curve import SignScores
from signspot.spottings import Spotting, spottings_table
from signspot.timebase import Timebase

NO_SCORES = SignScores(200.0, {})
FOUND = {"none": [], "some": [Spotting(0, 2, 10, 1 / 3)]}


def spottings(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "spottings.tsv", sep="\t")


def stores_in(work: Path) -> dict[Path, int]:
    """The intermediate files with the times at which they were written."""
    return {path: path.stat().st_mtime_ns for path in work.rglob("*.h5")}


def damage(store: Path, array: str) -> None:
    """Changes a byte of an array as a disk does, which leaves the time of the file alone."""
    stat = store.stat()
    with h5py.File(store) as file:
        place = file[array].id.get_chunk_info(0).byte_offset
    content = bytearray(store.read_bytes())
    content[place + 50] ^= 255
    store.write_bytes(content)
    os.utime(store, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def eaf(path: Path) -> Path:
    """An ELAN file with one annotated tier."""
    document = Eaf()
    document.add_tier("Mine")
    document.add_annotation("Mine", 100, 300, "by hand")
    document.to_file(str(path))
    return path


def test_gives_what_the_workflow_gave(signspot, tiny_run: Path, tmp_path: Path) -> None:
    """The same rows with the same scores to the last digit, by both decoders, from the mp4 file alone."""
    results = tiny_run / "results/tiny"
    [video] = (results / "videos").glob("test_*.mp4")
    assert signspot("export-model", results / "runs/demo", "--out", tmp_path / "model").returncode == 0
    common = ("spot", video, "--model", tmp_path / "model", "--work", tmp_path / "work", "--out")
    called = signspot(*common, tmp_path / "configured")
    assert called.returncode == 0, called.stderr
    assert (tmp_path / "configured/spottings.tsv").read_bytes() == (results / "runs/demo/spottings.tsv").read_bytes()
    assert signspot(*common, tmp_path / "published", "--decoder", "published").returncode == 0
    expected = (results / "runs/demo/spottings/bilstm/published.tsv").read_bytes()
    assert (tmp_path / "published/spottings.tsv").read_bytes() == expected
    for kind in ("features", "poses"):
        assert len(list((tmp_path / "work").rglob(f"{kind}/*.h5"))) == {"features": 4, "poses": 1}[kind]


@pytest.fixture(scope="module")
def spotted(signspot, films: Path, nobody: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder beside which lie a model, and the output of a call with four videos, of which two cannot be used."""
    folder = tmp_path_factory.mktemp("spotted")
    export_model(write_run(folder / "results/mine"), folder / "model")
    shutil.copytree(films, folder / "films")
    shutil.copy(nobody, folder / "films")
    (folder / "films/notes.mp4").write_text("no video")
    eaf(folder / "films/second.eaf")
    called = signspot(
        *("spot", folder / "films", "--model", folder / "model", "--out", folder / "out"),
        *("--work", folder / "work", "--jobs", 2, "--device", "cpu"),
    )
    (folder / "stdout").write_text(called.stdout)
    (folder / "stderr").write_text(called.stderr)
    assert called.returncode == 2, called.stderr
    return folder


class TestFourVideosOfWhichTwoCannotBeUsed:
    def test_the_others_are_spotted(self, spotted: Path) -> None:
        table = spottings(spotted / "out")
        assert list(table) == ["video", "sign", "class_id", "start_ms", "end_ms", "score"]
        assert set(table["video"]) <= {"first_film", "second"}
        for name in ("first_film", "second"):
            for suffix in ("eaf", "vtt", "srt", "csv"):
                assert (spotted / "out" / f"{name}.{suffix}").is_file()
        assert (spotted / "out/review/index.html").read_text(encoding="utf-8").count('"curve":') == 2

    def test_those_left_out_are_named_with_the_reason(self, spotted: Path) -> None:
        said = (spotted / "stderr").read_text().split("left out, 2 of 4:")[1]
        assert "notes.mp4: cannot be decoded as video" in said
        assert "nobody.mp4: no person found" in said
        assert "Traceback" not in (spotted / "stderr").read_text()

    def test_each_stage_of_each_video_has_a_line_in_the_log(self, spotted: Path) -> None:
        for log in ((spotted / "out" / LOG).read_text(), (spotted / "stderr").read_text()):
            for stage in ("crop", "pose", "features of bones", "spottings"):
                assert f"second: {stage}, " in log
            assert "flow" not in log
            assert "This takes less than a minute for 3 videos of 0.1 minutes in all." in log

    def test_it_tells_how_long_a_minute_of_video_takes(self, spotted: Path) -> None:
        assert "s per minute" in (spotted / "stdout").read_text()

    def test_only_what_the_experts_need_is_computed(self, spotted: Path) -> None:
        kinds = {path.parent.name for path in stores_in(spotted / "work")}
        assert kinds == {"crops", "poses", "features", "predictions"}

    def test_annotations_beside_a_video_stay_and_their_tiers_are_kept(self, spotted: Path) -> None:
        mine = Eaf(str(spotted / "films/second.eaf"))
        assert "signspot:mine/demo" not in mine.get_tier_names()
        both = Eaf(str(spotted / "out/second.eaf"))
        assert both.get_annotation_data_for_tier("Mine") == mine.get_annotation_data_for_tier("Mine")
        assert "signspot:mine/demo" in both.get_tier_names()
        assert "Mine" not in Eaf(str(spotted / "out/first_film.eaf")).get_tier_names()
        assert f"beside the tiers of {spotted / 'films/second.eaf'}" in (spotted / "stdout").read_text()

    def test_its_links_hold_after_the_move_into_place(self, spotted: Path) -> None:
        root = ElementTree.parse(spotted / "out/first_film.eaf").getroot()
        link = root.find("HEADER/MEDIA_DESCRIPTOR").get("RELATIVE_MEDIA_URL")
        assert (spotted / "out" / link).resolve() == (spotted / "films/first film.mp4").resolve()

    def test_a_later_call_goes_on_from_the_work(self, signspot, spotted: Path, tmp_path: Path) -> None:
        """A file that is missing is made anew at once, a damaged one by the call after the one that met it."""
        work = shutil.copytree(spotted / "work", tmp_path / "work")
        before = stores_in(work)
        features = set(work.rglob("features/*.h5"))
        for path in features:
            path.unlink()
        [poses] = work.rglob("poses/first_film.h5")
        damage(poses, "skeleton")
        left = poses.with_name(f".part-99999999-{poses.name}")
        left.write_text("of a call that was killed")
        films = [spotted / "films/first film.mp4", spotted / "films/second.mp4"]
        common = ("spot", *films, "--model", spotted / "model", "--work", work, "--device", "cpu", "--out")
        called = signspot(*common, tmp_path / "one")
        assert called.returncode == 2
        assert f"{poses}: was damaged" in called.stderr and "Call the same command again" in called.stderr
        called = signspot(*common, tmp_path / "both")
        assert called.returncode == 0, called.stderr
        assert not left.exists()
        after = stores_in(work)
        changed = {path for path in before if after[path] != before[path]}
        assert {path for path in changed if path.parent.name != "predictions"} == features | {poses}
        pd.testing.assert_frame_equal(spottings(tmp_path / "both"), spottings(spotted / "out"))


def test_without_work_nothing_but_the_results_stays(signspot, spotted: Path, tmp_path: Path) -> None:
    """And annotations may lie elsewhere."""
    shutil.copy(spotted / "films/second.mp4", tmp_path)
    (tmp_path / "corrected").mkdir()
    eaf(tmp_path / "corrected/second.eaf")
    called = signspot(
        *("spot", tmp_path / "second.mp4", "--model", spotted / "model", "--out", tmp_path / "out"),
        *("--annotations", tmp_path / "corrected", "--device", "cpu"),
    )
    assert called.returncode == 0, called.stderr
    assert not list(tmp_path.rglob("*.h5"))
    assert {path.name for path in tmp_path.iterdir()} == {"second.mp4", "corrected", "out"}
    assert "Mine" in Eaf(str(tmp_path / "out/second.eaf")).get_tier_names()


def test_names_that_are_not_utf8_are_told_at_the_start_and_the_others_go_on(
    signspot, spotted: Path, tmp_path: Path
) -> None:
    (tmp_path / "films").mkdir()
    for name in (b"second.mp4", b"p\xe1.mp4", b"\xff\xfe.mp4", b"q\n.mp4"):
        shutil.copy(spotted / "films/second.mp4", os.fsdecode(os.fsencode(tmp_path / "films") + b"/" + name))
    called = signspot("spot", tmp_path / "films", "--model", spotted / "model", "--out", tmp_path / "out")
    assert called.returncode == 2
    first = called.stderr.split("second")[0]
    for shown in ("p\\xe1.mp4", "\\xff\\xfe.mp4", "q\\n.mp4"):
        assert shown in first and shown in called.stderr.split("left out, 3 of 4")[1]
    assert "Traceback" not in called.stderr
    assert (tmp_path / "out/second.eaf").is_file() and "second: " in called.stdout
    (tmp_path / "films/second.mp4").unlink()
    called = signspot("spot", tmp_path / "films", "--model", spotted / "model", "--out", tmp_path / "none")
    assert called.returncode == 2 and "left out, 3 of 3" in called.stderr and not (tmp_path / "none").exists()


def test_a_broken_elan_file_leaves_out_its_video_at_once(signspot, spotted: Path, tmp_path: Path) -> None:
    shutil.copy(spotted / "films/second.mp4", tmp_path)
    (tmp_path / "second.eaf").write_text("<ANNOTATION_DOCUMENT>")
    called = signspot("spot", tmp_path, "--model", spotted / "model", "--out", tmp_path / "out")
    assert called.returncode == 2
    assert "left out, 1 of 1" in called.stderr and "second.eaf" in called.stderr
    assert "crop" not in called.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("films", "--out", "films"), "is the folder of the videos"),
        (("films", "--out", "results"), "is not empty"),
        (("films", "--out", "stdout"), "is not empty"),
        (("films", "--out", "new", "--work", "new/work"), "lies in --out"),
        (("films", "--out", "new", "--annotations", "nowhere"), "is no folder"),
        (("films/missing.mp4", "--out", "new"), "there is no such video"),
        (("films", "films/second.mp4", "--out", "new"), "both videos would be called second"),
        (("films", "--out", "new", "--jobs", "0"), "expected 1 or more"),
    ],
)
def test_wrong_paths_stop_before_any_work(
    spotted: Path,
    arguments: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(spotted)
    before = sorted(spotted.rglob("*"))
    try:
        status = main(["spot", *arguments, "--model", "model"])
    except SystemExit as error:
        status = error.code
    assert status == 2
    assert message in capsys.readouterr().err
    assert sorted(spotted.rglob("*")) == before


def test_the_summary_tells_what_is_odd_in_a_picture(model: Path, tmp_path: Path) -> None:
    results = Results(tmp_path / "out", read_model(model), {})
    for name, warnings in (("good", []), ("odd", ["Two people or more are in the picture"])):
        film = Video.within(tmp_path / "work", name, tmp_path / f"{name}.mp4")
        table = spottings_table({name: []}, ["HOUSE"], {name: Timebase()})
        results.found[film] = VideoSpottings(table, 0.8, ScoreCurve(0, 200.0, (0,), (0,), NO_SCORES), warnings)
    lines = summary(results, tmp_path / "out", 1.0).splitlines()
    assert lines[:3] == ["good: 0 spottings", "odd: 0 spottings", "odd: Two people or more are in the picture"]


def test_videos_without_a_spotting_have_files_too(model: Path, tmp_path: Path) -> None:
    """And take nothing from the table: whole numbers, scores to six places."""
    results = Results(tmp_path / "out", read_model(model), {})
    found = [spottings_table({name: rows}, ["HOUSE"], {name: Timebase()}) for name, rows in FOUND.items()]
    for table, name in zip(found, FOUND, strict=True):
        film = Video.within(tmp_path / "work", name, tmp_path / f"{name}.mp4")
        write_frames(film.stores, 20, np.random.default_rng(0))
        results.add(film, VideoSpottings(table, 0.8, ScoreCurve(0, 200.0, (0, 33, 0, 0), (0, 0, 0, 0), NO_SCORES)))
    results.finish()
    assert (tmp_path / "out/spottings.tsv").read_text().splitlines()[1:] == ["some\tHOUSE\t0\t80\t400\t0.333333"]
    assert (tmp_path / "out/none.eaf").is_file()
    page = (tmp_path / "out/review/index.html").read_text(encoding="utf-8")
    assert page.count('"curve":{"start":0,"step":200.0,"scores":[0,33,0,0]') == 2
