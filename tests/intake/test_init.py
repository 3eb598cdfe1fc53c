"""``signspot corpus init``: from folders as people have them to tables with which the workflow runs."""

import os
import pickle
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from intake_folders import Came, lse, word_list
from workflow_calls import ROOT, Snakemake

from signspot.cli import main
from signspot.corpus.names import folded, is_name
from signspot.corpus.tables import read_tables
from signspot.plan.config_files import read_config
from signspot.plan.schema import check_config
from signspot.video.program import executable

Intake = Callable[..., Came]
Film = Callable[..., Path]


@pytest.fixture
def small(data: Path, film: Film) -> Path:
    """Three annotated videos of two signers, and one without annotations."""
    for name, rows in {
        "p01_n000": [(0, 400, "CASA"), (1000, 1480, "*BIEN"), (2000, 2200, "DT:ANA"), (2500, 2540, ":")],
        "p01_n001": [(0, 480, "CASA"), (520, 1000, "BIEN")],
        "p02_n000": [(40, 480, "CASA"), (1000, 1400, "BIEN"), (3000, 3200, "QUERER^DECIR(2).X")],
    }.items():
        film(data / f"{name}.mp4")
        lse(data / f"{name}.eaf", *rows, media=[{"MEDIA_URL": f"file:///D:/{name}.mp4", "MIME_TYPE": "video/mp4"}])
    film(data / "p02_n001.mp4", 50)
    return data


def test_tables_of_a_folder(small: Path, intake: Intake) -> None:
    came = intake()
    assert came.status == 0, came.error
    assert came.column("signer") == {"p01_n000": "p01", "p01_n001": "p01", "p02_n000": "p02", "p02_n001": "p02"}
    assert came.column("split") == {"p01_n000": "train", "p01_n001": "train", "p02_n000": "test", "p02_n001": "predict"}
    assert came.column("duration_ms")["p01_n000"] == "4000"
    assert came.signs("p01_n000") == [("CASA", 0, 400), ("BIEN", 1000, 1480)]
    assert came.signs("p02_n000")[-1] == ("QUERER^DECIR(2).X", 3000, 3200)
    assert came.vocabulary["sign"].tolist() == ["BIEN", "CASA"], "what cannot be learnt is no sign of the vocabulary"
    assert came.section("Signs that no training video shows") == ["  QUERER^DECIR(2).X"]
    assert came.section("Videos without annotations") == [f"  {small / 'p02_n001.mp4'}"]


def test_summary_counts_what_was_read(small: Path, intake: Intake) -> None:
    came = intake()
    rows = [line.split("  ") for line in came.section("Annotations")]
    counts = {row[0].strip(): [cell.strip() for cell in row[1:] if cell.strip()] for row in rows}
    assert counts["sign"] == ["6", "2", "1", "BIEN, CASA"]
    assert counts["prefix DT:"][:3] == ["1", "1", "0"]
    assert counts["mark without letter or digit"][:3] == ["1", "1", "0"]
    assert counts["all"][:1] == ["9"]
    assert "2 (33%) are shorter" not in came.text
    rates = came.section("Frame rates")
    assert [line.split()[:3] for line in rates[1:]] == [["25.00", "3", "0.2"], ["50.00", "1", "0.1"]]
    assert rates[2].endswith("resampled to 25")
    assert (small.parent / "tables/summary.txt").read_text() in came.text
    assert "BIEN\tsign\t3\t1\t3\t2" in (small.parent / "tables/counts.tsv").read_text()


def test_tables_lead_to_their_files(small: Path, intake: Intake) -> None:
    intake()
    out = small.parent / "tables"
    tables = read_tables(out / "videos.tsv", out / "annotations.tsv", out / "vocabulary.tsv")
    first = tables.videos.iloc[0]
    assert Path(first["path"]).samefile(small / "p01_n000.mp4")
    assert Path(first["annotation"]).samefile(small / "p01_n000.eaf")
    assert "../data/p01_n000.eaf" in (out / "videos.tsv").read_text(), "relative: folders can be moved together"


def test_the_configuration_runs(small: Path, intake: Intake, snakemake: Snakemake) -> None:
    intake("--name", "my corpus", "--fps", 30)
    path = small.parent / "tables/config.yaml"
    config = yaml.safe_load(path.read_text())
    check_config(config, ROOT / "workflow/schemas/config.schema.yaml")
    assert config["corpus"]["name"] == "my_corpus" and config["corpus"]["fps"] == 30
    assert config["runs"] == {
        "first": {"train": ["train"], "test": ["test", "predict"], "select": "last"},
    }
    result = snakemake(small.parent, "-n", "--configfile", str(path))
    assert result.returncode == 0, result.stderr
    assert re.search(r"fit_spotter +1\n", result.stdout)


def test_a_copied_corpus_means_itself(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tables and its videos, from wherever it is called; the original stays out of it, and may be gone."""
    assert main(["corpus", "init", str(small), "--min-count", "2"]) == 0
    assert str(tmp_path) not in (small / "signspot/config.yaml").read_text(encoding="utf-8")
    for name in ("copy", "deep/er/copy (2)"):
        shutil.copytree(small, tmp_path / name)
        for table in ("annotations", "vocabulary"):
            path = tmp_path / name / f"signspot/{table}.tsv"
            path.write_text("".join(line for line in path.read_text().splitlines(True) if "BIEN" not in line))
    vocabulary = tmp_path / "copy/signspot/vocabulary.tsv"
    assert len(vocabulary.read_text().splitlines()) == 2, "class ids begin at 0"
    vocabulary.write_text("class_id\tsign\n0\tCASA\n")
    shutil.copy(vocabulary, tmp_path / "deep/er/copy (2)/signspot/vocabulary.tsv")
    for name, glosses in (("data", 2), ("copy", 1), ("deep/er/copy (2)", 1)):
        if name != "data":
            shutil.rmtree(small, ignore_errors=True)
        monkeypatch.chdir(tmp_path / name)
        for corpus in ("signspot", "signspot/config.yaml", tmp_path / name / "signspot/config.yaml"):
            capsys.readouterr()
            assert main(["corpus", "check", str(corpus)]) == 0
            assert f"show the {glosses} glosses of the vocabulary" in capsys.readouterr().out
        config = read_config(Path("signspot/config.yaml"))
        assert config["corpus"]["tables"]["videos"] == str(tmp_path / name / "signspot/videos.tsv")


def test_a_configuration_with_absolute_paths_is_read_as_before(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one with paths seen from where the command is called."""
    main(["corpus", "init", str(small)])
    text = (small / "signspot/config.yaml").read_text()
    for folder in (f"{small}/signspot/", "data/signspot/"):
        (tmp_path / "elsewhere.yaml").write_text(text.replace(" ./", f" {folder}"))
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        assert main(["corpus", "check", "elsewhere.yaml"]) == 0


@pytest.mark.parametrize("name", ["Mis vídeos (2024)", "it's mine", "$(touch x); `id`", "a&b|c", "-x"])
def test_the_next_command_can_be_pasted(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    small.rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert main(["corpus", "init", "--", name]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if "run --cores" in line]
    words = shlex.split(line.partition("then: ")[2])
    assert words[:5] == ["signspot", "run", "--cores", "N", "--configfile"]
    assert Path(words[5]) == Path(name, "signspot/config.yaml") and words[6:] == []
    assert not words[5].startswith("-")
    assert subprocess.run(["bash", "-n", "-c", line.partition("then: ")[2]], check=True)


@pytest.mark.parametrize("name", ["2024", "2024-05-01", "null", "yes", "1e5", "007"])
def test_a_folder_may_be_called_like_a_number(small: Path, tmp_path: Path, name: str) -> None:
    small.rename(tmp_path / name)
    assert main(["corpus", "init", str(tmp_path / name)]) == 0
    assert read_config(tmp_path / name / "signspot/config.yaml")["corpus"]["name"] == name


def test_a_high_dynamic_range_is_told(data: Path, film: Film, intake: Intake) -> None:
    usual, bright = film(data / "p01_a.mp4"), data / "p02_a.mp4"
    colours = ["-vf", "format=yuv420p10le", "-x264-params", "transfer=arib-std-b67", "-c:v", "libx264"]
    subprocess.run([executable(), "-v", "error", "-i", str(usual), *colours, str(bright)], check=True)
    for name in ("p01_a", "p02_a"):
        lse(data / f"{name}.eaf", (0, 400, "CASA"))
    (line,) = [line for line in intake().text.splitlines() if "high dynamic range" in line]
    assert line.startswith(f"  {bright}: has a high dynamic range (HLG)") and "Convert it: ffmpeg -i OLD -vf" in line


def test_braces_in_a_folder_or_a_video_stop_before_anything_is_written(
    small: Path, film: Film, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = small.rename(tmp_path / "plain")
    film(small / "p03 {x}.mp4")
    assert main(["corpus", "init", str(small)]) == 2
    assert "video p03_x_: " in capsys.readouterr().err
    (small / "p03 {x}.mp4").unlink()
    assert main(["corpus", "init", str(small), "--out", str(tmp_path / "out{x}")]) == 2
    assert "--out: " in capsys.readouterr().err
    braced = small.rename(tmp_path / "a{2024}")
    assert main(["corpus", "init", str(braced)]) == 2
    error = capsys.readouterr().err
    assert "a{2024}" in error and "Snakemake takes for a wildcard" in error
    assert not list(tmp_path.rglob("signspot")) and not (tmp_path / "out{x}").exists()


def test_names_that_differ_in_case_or_are_long_get_names_of_their_own(data: Path, film: Film, intake: Intake) -> None:
    for name in ("a/Take", "b/take", "c/TAKE", f"{'x' * 150}1", f"{'x' * 150}2", "ré", "RE\u0301"):
        film(data / f"{name}.mp4")
        lse(
            data / f"{name}.eaf",
            (0, 400, "CASA"),
            media=[{"MEDIA_URL": "", "RELATIVE_MEDIA_URL": f"./{Path(name).name}.mp4"}],
        )
    came = intake()
    assert came.status == 0, came.error
    names = came.videos["video"].tolist()
    assert {name for name in names if "x" not in name} == {"a_Take", "b_take", "c_TAKE", "data_RÉ", "data_ré_2"}
    assert all(map(is_name, names)) and len(set(map(folded, names))) == 7


def test_formulas_are_harmless_where_people_look_and_stay_where_programs_read(
    data: Path, film: Film, intake: Intake
) -> None:
    film(data / "p01.mp4")
    (data / "p01.csv").write_text("video,sign,start_ms,end_ms\np01,=1+1,0,400\np01,A;＝B,1000,1400\n", encoding="utf-8")
    came = intake()
    assert came.vocabulary["sign"].tolist() == ["=1+1", "A;＝B"]
    counts = (data.parent / "tables/counts.tsv").read_text(encoding="utf-8")
    assert "\n'=1+1\t" in counts and "\nA;'＝B\t" in counts


def test_few_examples_get_a_spotter_that_needs_no_more(small: Path, intake: Intake) -> None:
    came = intake()
    config = yaml.safe_load((small.parent / "tables/config.yaml").read_text())
    assert {name: spotter["kind"] for name, spotter in config["spotters"].items()} == {"few": "exemplars"}
    assert not {"experts", "flow"} & config.keys()
    told = " ".join(came.section("Few examples: 2 of a sign for training (median)"))
    assert "config.yaml has the spotter `few`" in told and "signspot find --examples" in told


@pytest.mark.parametrize(("count", "spotter"), [(5, "few"), (6, "bilstm")])
def test_more_examples_get_experts(small: Path, intake: Intake, snakemake: Snakemake, count: int, spotter: str) -> None:
    """Most signs count, not the rarest: the third one is shown once."""
    starts = [(500 * n + shift, gloss) for n in range(count) for shift, gloss in ((0, "CASA"), (250, "BIEN"))]
    rows = [(start, start + 240, gloss) for start, gloss in starts]
    lse(small / "p01_n000.eaf", *rows, (3500, 3900, "TARDE"))
    (small / "p01_n001.eaf").unlink()
    came = intake()
    path = small.parent / "tables/config.yaml"
    config = yaml.safe_load(path.read_text())
    assert list(config["spotters"]) == [spotter]
    assert ("Few examples" in came.text) == (spotter == "few")
    result = snakemake(small.parent, "-n", "--configfile", str(path))
    assert result.returncode == 0, result.stderr
    assert bool(re.search(r"train_expert +8\n", result.stdout)) == (spotter == "bilstm")


def test_tables_are_not_overwritten_unasked(small: Path, intake: Intake, capsys: pytest.CaptureFixture[str]) -> None:
    intake()
    out = small.parent / "tables"
    before = (out / "videos.tsv").read_text()
    assert main(["corpus", "init", str(small), "--out", str(out), "--name", "other"]) == 2
    assert "videos.tsv: is there already" in capsys.readouterr().err
    assert (out / "videos.tsv").read_text() == before


def test_tables_written_into_the_folder_are_not_read_as_annotations(small: Path, intake: Intake) -> None:
    assert main(["corpus", "init", str(small)]) == 0
    came = intake()
    assert came.status == 0 and len(came.annotations) == 7
    assert "signspot" not in "".join(came.column("path").values())


def test_hidden_folders_and_linked_folders_are_left_alone(small: Path, intake: Intake, film: Film) -> None:
    lse(small / ".backup/p09_n000.eaf", (0, 400, "ALT"))
    lse(small / "._p08_n000.eaf", (0, 400, "ALT"))
    os.symlink(small, small / "loop")
    lse(small / "more/deep/p03_n000.eaf", (0, 400, "CASA"))
    film(small / "more/deep/p03_n000.mp4")
    came = intake()
    assert set(came.videos["video"]) == {"p01_n000", "p01_n001", "p02_n000", "p02_n001", "p03_n000"}


@pytest.mark.parametrize("others", [(), ((0, 400, "B"),)])
def test_nothing_to_test_on(data: Path, intake: Intake, others: tuple) -> None:
    """One video, or two that show different signs."""
    lse(data / "x.eaf", (0, 400, "A"))
    if others:
        lse(data / "y.eaf", *others)
    came = intake()
    assert set(came.videos["split"]) == {"train"} and "nothing is tested" in came.text
    config = yaml.safe_load((data.parent / "tables/config.yaml").read_text())
    assert config["runs"] == {"first": {"train": ["train"], "test": ["train"], "select": "last"}}


def test_the_challenge_s_texts_pickles_and_tables(data: Path, intake: Intake) -> None:
    (data / "p01_n000.txt").write_text("0,0,400\n1,1000,1400\n")
    (data / "README.txt").write_bytes(b"made in M\xe1laga, 2022\n")
    (data / "truth.pkl").write_bytes(pickle.dumps({"p02_n000": [[1, 0, 400], [0, 800, 1200]]}))
    (data / "more.csv").write_text("video,gloss,start_ms,end_ms\np03_n000.mp4,CASA,0,400\np03_n000.mp4,BIEN,800,1200\n")
    (data / "ages.csv").write_text("who,age\np01,33\n")
    came = intake("--vocabulary", word_list(data.parent, "BIEN", "CASA"))
    assert came.signs("p01_n000") == [("BIEN", 0, 400), ("CASA", 1000, 1400)]
    assert came.signs("p02_n000") == [("CASA", 0, 400), ("BIEN", 800, 1200)]
    assert came.signs("p03_n000") == [("CASA", 0, 400), ("BIEN", 800, 1200)]
    unread = dict(line.strip().split(": ", 1) for line in came.section("Files that were not read"))
    assert unread[str(data / "ages.csv")].startswith("has the columns who, age. Expected sign (or gloss, label)")
    assert set(unread) == {str(data / "ages.csv"), str(data / "README.txt")}
    assert set(came.column("annotation").values()) == {""}
    assert intake().signs("p01_n000") == [("class_00", 0, 400), ("class_01", 1000, 1400)]


def test_the_best_file_of_several_for_a_video(data: Path, intake: Intake) -> None:
    lse(data / "a.eaf", (0, 400, "CASA"))
    (data / "a.txt").write_text("0,0,400\n")
    (data / "b.csv").write_text("video,sign,start_ms,end_ms\na,BIEN,0,400\n")
    came = intake()
    assert came.signs("a") == [("CASA", 0, 400)]
    assert came.section("Files left out") == [
        f"  {data / 'a.txt'}: annotates what is annotated in {data / 'a.eaf'}",
        f"  {data / 'b.csv'}: annotates what is annotated in {data / 'a.eaf'}",
    ]


def test_names_that_tables_cannot_hold(data: Path, film: Film, intake: Intake) -> None:
    for folder, name in (("ann", "day 1"), ("bob", "day 1"), ("bob", "día (2)")):
        film(data / folder / f"{name}.mp4")
        link = [{"MEDIA_URL": "", "RELATIVE_MEDIA_URL": f"./{name}.mp4"}]
        lse(data / folder / f"{name}.eaf", (0, 400, "CASA"), media=link)
    came = intake()
    assert set(came.videos["video"]) == {"ann_day_1", "bob_day_1", "día_2_"}
    assert sorted(came.section("Videos with another name in the tables")) == [
        f"  {data / 'ann/day 1.mp4'}: ann_day_1",
        f"  {data / 'bob/day 1.mp4'}: bob_day_1",
        f"  {data / 'bob/día (2).mp4'}: día_2_",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fps", "0"], "--fps 0: expected a frame rate of 1 to 240"),
        (["--overlap", "2"], "--overlap 2: expected more than 0"),
        (["--signer-pattern", "("], "is no regular expression"),
        (["--signer-pattern", "p.*"], "has 0 groups, expected one"),
        (["--signers", "gone.csv"], "gone.csv: there is no such file"),
        (["--vocabulary", "gone.txt"], "gone.txt: there is no such file"),
        (["--min-count", "99"], "no gloss has 99 annotations; there are 7 annotations of 3 glosses"),
    ],
)
def test_wrong_options(small: Path, intake: Intake, options: list[str], message: str) -> None:
    came = intake(*options)
    assert came.status == 2 and message in came.error
    assert not (small.parent / "tables").exists()


def test_a_list_of_other_glosses(small: Path, intake: Intake) -> None:
    came = intake("--vocabulary", word_list(small.parent, "HOUSE"))
    assert came.status == 2 and "no gloss of the list is annotated" in came.error


@pytest.mark.parametrize("text", ["sign\taliases\nA\t\nB\tA\n", "sign\nA\nA\n"])
def test_a_list_with_a_gloss_twice(small: Path, intake: Intake, text: str) -> None:
    (small.parent / "list.tsv").write_text(text)
    came = intake("--vocabulary", small.parent / "list.tsv")
    assert came.status == 2 and "list.tsv: 'A' is there twice" in came.error


def test_no_such_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "init", "nowhere"]) == 2
    assert "nowhere: there is no such folder" in capsys.readouterr().err
