"""The real workflow, called as a user calls it, on a tiny corpus."""

import hashlib
import json
import os
import pickle
import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import h5py
import numpy as np
import pandas as pd
import pytest
import yaml
from plans import CONFIG, changed, project_config, write_corpus
from published_files import PSEUDO3D, SKELETON_EXPERT, published_state, write_published
from workflow_calls import TINY, Snakemake

from signspot.backbones import build
from signspot.corpus.elan import Elan
from signspot.files import sha256
from signspot.labels.frames import read_span_ms
from signspot.signer import SyntheticCorpus
from signspot.signer.film import render_video
from signspot.video.store import FrameStore

ROOT = Path(__file__).parents[2]
RESULTS = Path("results/tiny")
RUN = RESULTS / "runs/demo"


def jobs(output: str) -> set[str]:
    """Rules that a dry run would run."""
    return set(re.findall(r"^ *(?:local)?rule (\w+):", output, re.MULTILINE))


def test_the_default_config_builds_its_graph(snakemake: Snakemake, tmp_path: Path) -> None:
    result = snakemake(tmp_path, "--dry-run", "--configfile", str(ROOT / "config/config.yaml"))
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    assert {"render", "pose", "train_expert", "predict", "decode", "report", "review"} <= jobs(output)
    asked = dict(re.findall(r"^ *(?:local)?rule (\w+):\n(?:.+\n)*? *resources: (.*)\n", output, re.MULTILINE))
    assert {rule for rule, resources in asked.items() if "gpu=1" in resources} == {
        *("train_expert", "features", "expert_accuracy", "fit_spotter", "predict"),
    }
    for rule in asked.keys() - {"all"}:
        assert "mem_mb=" in asked[rule] and "runtime=" in asked[rule], rule
    assert "Exception" not in output, "a rule was tried for files that it cannot make"


def test_signs_from_a_few_examples_need_poses_alone(snakemake: Snakemake, tmp_path: Path) -> None:
    config = ROOT / "tests/scenarios/few_examples/config.yaml"
    result = snakemake(tmp_path, "--dry-run", "--configfile", str(config))
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    assert {"tables", "crop", "pose", "labels", "fit_spotter", "predict", "tune", "decode", "score", "report"} <= jobs(
        output
    )
    assert not {"flow", "train_expert", "features", "expert_accuracy"} & jobs(output)
    assert "gpu=1" not in output, "networks so small need no GPU"


def test_a_wrong_key_stops_with_its_name(snakemake: Snakemake, tmp_path: Path) -> None:
    config = yaml.safe_load(TINY.read_text()) | {"sead": 1}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    result = snakemake(tmp_path, "--dry-run", "--configfile", "config.yaml")
    assert result.returncode != 0
    assert "sead" in result.stderr + result.stdout
    assert "Traceback" not in result.stderr + result.stdout


def test_a_key_that_is_there_twice_stops_with_its_line(snakemake: Snakemake, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(f"seed: 3\n{TINY.read_text()}")
    (tmp_path / "nan.yaml").write_text("spotters: {bilstm: {training: {rate: .nan}}}\n")
    for files, named in (
        (["config.yaml"], "seed is there twice"),
        ([str(TINY), "nan.yaml"], "nan.yaml, line 1: spotters.bilstm.training.rate is .nan"),
    ):
        result = snakemake(tmp_path, "--dry-run", "--configfile", *files)
        assert result.returncode != 0
        assert named in result.stderr + result.stdout and "Traceback" not in result.stderr


def test_braces_in_the_folder_of_results_stop_with_their_key(snakemake: Snakemake, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(f'results: "results {{x}}"\n{TINY.read_text()}')
    result = snakemake(tmp_path, "--dry-run", "--configfile", "config.yaml")
    assert result.returncode != 0
    output = result.stdout + result.stderr
    assert "results: 'results {x}' holds { or }" in output and "WildcardError" not in output


def test_a_job_reads_the_files_beside_its_configuration(snakemake: Snakemake, tmp_path: Path) -> None:
    """Wherever Snakemake is called; ``--config`` still counts."""
    config = project_config("tests/scenarios/few_examples/config.yaml")
    folder = tmp_path / "a copy"
    folder.mkdir()
    tables = {key: f"./{Path(path).name}" for key, path in write_corpus(folder).items()}
    config["corpus"] = {"name": "mine", "fps": 25, "source": "tables", "tables": tables}
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    (folder / "c.mp4").rename(folder / "other.mp4")
    (folder / "videos.tsv").write_text((folder / "videos.tsv").read_text().replace("c.mp4", "other.mp4"))
    common = (
        "--configfile",
        str(folder / "config.yaml"),
        "--config",
        "results=out",
        "--",
        "out/mine/tables/videos.tsv",
    )
    result = snakemake(tmp_path, *common)
    assert result.returncode == 0, result.stderr
    assert "other.mp4" in (tmp_path / "out/mine/tables/videos.tsv").read_text()
    assert "Nothing to be done" in snakemake(tmp_path, *common).stderr


@pytest.fixture
def published_experts(tmp_path: Path) -> str:
    """Config of the tiny corpus with a published skeleton expert, and published weights for the flow expert."""
    config = yaml.safe_load(TINY.read_text())
    skeleton, flow = build("stgcn", 3, 6, width=0.125), build("p3d199", 400, 2, width=0.0625, depths=[1, 1, 1, 1])
    write_published(published_state(skeleton.state_dict(), SKELETON_EXPERT), SKELETON_EXPERT, tmp_path / "skeleton.pth")
    write_published(flow.state_dict(), PSEUDO3D, tmp_path / "p3d.pth.tar")
    expert = config["experts"]["skeleton"]
    config["experts"]["skeleton"] = {
        "modality": expert["modality"],
        "backbone": expert["backbone"],
        "trained": {"path": "skeleton.pth"},
    }
    start = {"path": "p3d.pth.tar", "sha256": sha256(tmp_path / "p3d.pth.tar")}
    # A list of its own: the other experts share the one of the file.
    first, *rest = config["experts"]["flow"]["training"]
    config["experts"]["flow"]["training"] = [{**first, "start": start}, *rest]
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    return "config.yaml"


def test_a_published_expert_is_not_trained(snakemake: Snakemake, tmp_path: Path, published_experts: str) -> None:
    result = snakemake(tmp_path, "--dry-run", "--configfile", published_experts)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    blocks = re.findall(
        r"^rule (\w+):\n    input: (.*)\n    output: .*/experts/(\w+)/training(\d)/", output, re.MULTILINE
    )
    assert {(rule, expert) for rule, _, expert, _ in blocks} == {
        ("import_expert", "skeleton"),
        *(("train_expert", expert) for expert in ("rgb", "hands", "flow")),
    }
    assert "Exception" not in output, "a rule was tried for files that it cannot make"
    starts = {(expert, number) for _, inputs, expert, number in blocks if "p3d.pth.tar" in inputs}
    assert starts == {("flow", "1")}


def test_a_published_expert_is_written_in_the_place_of_a_training(
    snakemake: Snakemake, tmp_path: Path, published_experts: str
) -> None:
    folder = RUN / "experts/skeleton/training1"
    result = snakemake(tmp_path, "--configfile", published_experts, "--", str(folder / "weights.safetensors"))
    assert result.returncode == 0, result.stderr[-8000:]
    assert json.loads((tmp_path / folder / "config.json").read_text())["trained"]["file"] == "skeleton.pth"


def test_published_weights_that_are_not_there_stop_at_once(
    snakemake: Snakemake, tmp_path: Path, published_experts: str
) -> None:
    (tmp_path / "p3d.pth.tar").unlink()
    result = snakemake(tmp_path, "--dry-run", "--configfile", published_experts)
    assert result.returncode != 0
    assert "experts.flow.training[1].start.path: p3d.pth.tar is no file" in result.stderr + result.stdout


@pytest.mark.usefixtures("tiny_run")
class TestTinyCorpus:
    def test_writes_what_the_page_of_outputs_names(self, tiny_run: Path) -> None:
        folder = tiny_run / RESULTS
        for name in (
            *("tables/videos.tsv", "tables/annotations.tsv", "tables/vocabulary.tsv", "poses/summary.tsv"),
            *("labels/dropped.tsv", "labels/gathered/train.h5", "benchmarks/train_expert/demo.rgb.1.tsv"),
        ):
            assert (folder / name).stat().st_size, name
        for name in (
            *("spottings.tsv", "scores.json", "submission.zip", "provenance.json", "review/index.html"),
            *(f"elan/test_s02.{form}" for form in ("eaf", "vtt", "srt", "csv")),
            *("report/index.html", "experts/rgb/training2/weights.safetensors", "spotters/bilstm/history.tsv"),
            *("predictions/bilstm/000/test_s02.h5", "decoders/bilstm/frames.json", "spottings/bilstm/frames.tsv"),
        ):
            assert (tiny_run / RUN / name).stat().st_size, name
        assert not list(folder.rglob(".part-*")), "a half-written file was left"
        assert not list(folder.rglob("checkpoint.pt")), "a finished training kept its checkpoint"

    def test_spottings_are_a_table_of_the_contract(self, tiny_run: Path) -> None:
        table = pd.read_csv(tiny_run / RUN / "spottings.tsv", sep="\t")
        assert list(table) == ["video", "sign", "class_id", "start_ms", "end_ms", "score"]
        assert (table["end_ms"] > table["start_ms"]).all()
        assert table["score"].between(0, 1).all()

    def test_the_spotter_may_have_a_seed_of_its_own(self, tiny_run: Path) -> None:
        folders = ("experts/rgb/training2", "spotters/bilstm")
        configs = [json.loads((tiny_run / RUN / folder / "config.json").read_text()) for folder in folders]
        assert [config["seed"] for config in configs] == [3, 4]

    def test_scores_all_decoders(self, tiny_run: Path) -> None:
        folder = tiny_run / RUN
        scores = json.loads((folder / "scores.json").read_text())
        assert scores == json.loads((folder / "spottings/bilstm/cells.json").read_text())
        assert len(scores["official"]["per_threshold"]) == 13
        assert {path.stem for path in folder.glob("spottings/bilstm/*.json")} == {"cells", "published", "frames"}

    def test_hands_in_what_the_challenge_reads(self, tiny_run: Path) -> None:
        with ZipFile(tiny_run / RUN / "submission.zip") as archive:
            predictions = pickle.loads(archive.read("res/predictions.pkl"))
        videos = pd.read_csv(tiny_run / RESULTS / "tables/videos.tsv", sep="\t")
        assert set(predictions) == set(videos.loc[videos["split"] == "test", "video"])

    def test_the_documents_of_the_run_hold_its_spottings(self, tiny_run: Path) -> None:
        table = pd.read_csv(tiny_run / RUN / "spottings.tsv", sep="\t")
        videos = pd.read_csv(tiny_run / RESULTS / "tables/videos.tsv", sep="\t")
        for video in videos.loc[videos["split"] == "test", "video"]:
            document = Elan.read(tiny_run / RESULTS / f"runs/demo/elan/{video}.eaf")
            spotted = table.loc[table["video"] == video, ["start_ms", "end_ms", "sign"]].to_numpy().tolist()
            found = [[a.start_ms, a.end_ms, a.value] for a in document.annotations("signspot:demo")]
            assert found == sorted(spotted)
            assert (document.path.parent / document.media[0].relative_url).is_file()

    def test_the_page_needs_no_network(self, tiny_run: Path) -> None:
        page = (tiny_run / RUN / "report/index.html").read_text(encoding="utf-8")
        assert "cells" in page and "published" in page
        assert not re.search(r"(?:src|href)\s*=\s*[\"']https?:", page)

    def test_report_and_review_lead_to_each_other_and_to_the_videos(self, tiny_run: Path) -> None:
        folder = tiny_run / RUN
        report, review = ((folder / name / "index.html").read_text("utf-8") for name in ("report", "review"))
        assert 'href="../review/index.html"' in report
        assert 'href="../report/index.html"' in review
        sources = re.findall(r'"src":"([^"]+)"', review)
        assert sources and all((folder / "review" / source).is_file() for source in sources)
        assert list((folder / "review/thumbnails").glob("*.jpg"))
        assert len(list((folder / "review/tracks").glob("*.js"))) == len(sources)
        assert review.count('"curve":') == len(sources)

    def test_videos_to_predict_get_a_review_page_without_truth(
        self, tiny_run: Path, snakemake: Snakemake, tmp_path: Path
    ) -> None:
        """They are not scored, and have no report. What the page is made of is taken from the tiny run."""
        made = tiny_run / RESULTS
        for name in ("crops", "poses", "labels", "videos", "runs/demo/predictions", "runs/demo/spottings.tsv"):
            (shutil.copytree if (made / name).is_dir() else shutil.copy)(
                made / name, _parent(tmp_path / RESULTS / name)
            )
        rows = pd.read_csv(made / "tables/videos.tsv", sep="\t", dtype=str)
        rows["path"] = [f"{RESULTS}/videos/{video}.mp4" for video in rows["video"]]
        rows.replace({"split": {"test": "predict"}}).to_csv(tmp_path / "videos.tsv", sep="\t", index=False)
        truth = pd.read_csv(made / "tables/annotations.tsv", sep="\t")
        trained = rows.loc[rows["split"] == "train", "video"]
        truth[truth["video"].isin(trained)].to_csv(tmp_path / "annotations.tsv", sep="\t", index=False)
        shutil.copy(made / "tables/vocabulary.tsv", tmp_path)
        config = yaml.safe_load(TINY.read_text())
        tables = {name: f"{name}.tsv" for name in ("videos", "annotations", "vocabulary")}
        config["corpus"] = {"name": "tiny", "fps": 25, "source": "tables", "tables": tables}
        config["runs"]["demo"]["test"] = ["predict"]
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
        plan = snakemake(tmp_path, "--dry-run", "--configfile", "config.yaml")
        assert "review" in jobs(plan.stdout + plan.stderr)
        assert not {"score", "report"} & jobs(plan.stdout + plan.stderr)
        wanted = str(RUN / "review/index.html")
        result = snakemake(tmp_path, "--configfile", "config.yaml", "--allowed-rules", "tables", "review", "--", wanted)
        assert result.returncode == 0, result.stderr[-8000:]
        page = (tmp_path / wanted).read_text(encoding="utf-8")
        assert '"annotated":false' in page and '"annotated":true' not in page
        assert "report/index.html" not in page

    def test_a_finished_run_has_nothing_to_do(self, tiny_run: Path, snakemake: Snakemake) -> None:
        result = snakemake(tiny_run, "--dry-run", "--configfile", str(TINY))
        assert jobs(result.stdout + result.stderr) == set(), result.stdout

    def test_another_device_makes_nothing_run_again(self, tiny_run: Path, snakemake: Snakemake) -> None:
        result = snakemake(tiny_run, "--dry-run", "--configfile", str(TINY), "--config", "device=cpu")
        assert "Nothing to be done" in result.stdout + result.stderr

    def test_cuda_without_a_gpu_stops_with_a_remedy(
        self, tiny_run: Path, snakemake: Snakemake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
        again = shutil.copytree(tiny_run, tmp_path / "again")
        wanted = ("--config", "device=cuda", "--force", "--", str(RUN / "predictions/bilstm/000"))
        result = snakemake(again, "--configfile", str(TINY), *wanted)
        assert result.returncode == 1
        assert "cuda is asked for, and this job sees no CUDA device" in result.stderr
        assert "Traceback" not in result.stderr

    def test_forcing_the_flow_leaves_the_other_experts_alone(self, tiny_run: Path, snakemake: Snakemake) -> None:
        result = snakemake(tiny_run, "--dry-run", "--configfile", str(TINY), "--forcerun", "flow")
        output = result.stdout + result.stderr
        assert not jobs(output) & {"render", "crop", "pose", "labels"}
        trained = set(re.findall(r"output: \S*?/experts/(\w+)/training1", output))
        assert trained == {"flow"}

    def test_damaged_files_are_named_and_made_anew_with_the_same_spottings(
        self, tiny_run: Path, snakemake: Snakemake, tmp_path: Path
    ) -> None:
        """The features of a run that has not yet spotted, then the frame store of the same video."""
        again = shutil.copytree(tiny_run, tmp_path / "again")
        before = _digests(again)
        folder = again / RESULTS
        for name in ("predictions", "decoders", "spottings", "report", "review"):
            shutil.rmtree(again / RUN / name)
        for name in ("spottings.tsv", "scores.json", "submission.zip"):
            (again / RUN / name).unlink()
        store = next((folder / "crops").glob("test*.h5")).name
        _damage(folder / "runs/demo/features/rgb/000" / store)

        result = snakemake(again, "--configfile", str(TINY))
        assert result.returncode == 1
        assert f"features/rgb/000/{store}: is damaged" in result.stderr
        assert (folder / "runs/demo/features/rgb/000.damaged" / store).exists()
        plan = snakemake(again, "--dry-run", "--configfile", str(TINY))
        # The options of the decoders read no features: the first call has made them.
        rebuilt = {"features", "fit_spotter", "predict", "decode", "score", "leading_spottings", "leading_scores"}
        rebuilt |= {"submission", "report", "elan", "review"}
        assert jobs(plan.stdout + plan.stderr) - {"all"} == rebuilt

        _damage(folder / "crops" / store)
        result = snakemake(again, "--configfile", str(TINY))
        assert result.returncode == 1
        assert f"crops/{store}: is damaged" in result.stderr
        assert (folder / "crops" / f"{store}.damaged").exists()
        assert not (folder / "runs/demo/features/rgb/000").exists()

        result = snakemake(again, "--configfile", str(TINY))
        assert result.returncode == 0, result.stderr[-8000:]
        assert _digests(again) == before

    def test_a_store_can_be_made_anew_without_what_follows_from_it(
        self, tiny_run: Path, snakemake: Snakemake, tmp_path: Path
    ) -> None:
        """As the page of what breaks tells."""
        again = shutil.copytree(tiny_run, tmp_path / "again")
        store = next((again / RESULTS / "crops").glob("*.h5"))
        content = store.read_bytes()
        aside = store.rename(f"{store}.damaged")
        result = snakemake(again, "--configfile", str(TINY), "--", str(store.relative_to(again)))
        assert result.returncode == 0, result.stderr[-8000:]
        assert jobs(result.stdout + result.stderr) == {"crop"}
        assert store.read_bytes() == content
        subprocess.run(["touch", "-r", str(aside), str(store)], check=True)
        result = snakemake(again, "--dry-run", "--configfile", str(TINY))
        assert "Nothing to be done" in result.stdout + result.stderr

    def test_only_a_part_of_a_video_is_used(self, snakemake: Snakemake, tiny_run: Path, tmp_path: Path) -> None:
        """Its annotations keep the times of the video; one that the part does not reach is left out."""
        film = next((tiny_run / RESULTS / "videos").glob("*.mp4"))
        header, times = "video\tpath\tsplit\tsigner\tstart_ms\tend_ms\n", "\t1000\t3000\n"
        (tmp_path / "videos.tsv").write_text(f"{header}a\t{film}\ttrain\tx{times}b\t{film}\ttest\ty{times}")
        rows = ("a\tHOUSE\t1400\t2000", "a\tHOUSE\t100\t600", "b\tHOUSE\t1400\t2000")
        (tmp_path / "annotations.tsv").write_text("\n".join(("video\tsign\tstart_ms\tend_ms", *rows, "")))
        config = yaml.safe_load(TINY.read_text())
        tables = {"videos": "videos.tsv", "annotations": "annotations.tsv"}
        config["corpus"] = {"name": "mine", "fps": 25, "source": "tables", "tables": tables}
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
        result = snakemake(tmp_path, "--configfile", "config.yaml", "--", "results/mine/labels/a.h5")
        assert result.returncode == 0, result.stderr[-8000:]
        assert read_span_ms(tmp_path / "results/mine/labels/a.h5") == (1000, 3000)
        with h5py.File(tmp_path / "results/mine/labels/a.h5") as file:
            assert np.flatnonzero(file["frame"][:]).tolist() == list(range(10, 26))
        for video, expected in (("b", set()), ("a", {"labels"})):
            moved = [row.replace("\t2000", "\t1900") if row.startswith(video) else row for row in rows]
            (tmp_path / "annotations.tsv").write_text("\n".join(("video\tsign\tstart_ms\tend_ms", *moved, "")))
            result = snakemake(tmp_path, "-n", "--configfile", "config.yaml", "--", "results/mine/labels/a.h5")
            assert jobs(result.stdout + result.stderr) == expected, "only changed annotations make labels anew"


def _damage(path: Path) -> None:
    """Changes bytes in the middle as a disk does, which leaves the time of the file alone."""
    content, stat = bytearray(path.read_bytes()), path.stat()
    middle = slice(len(content) // 2, len(content) // 2 + 100)
    content[middle] = bytes(byte ^ 255 for byte in content[middle])
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _parent(path: Path) -> Path:
    """The path, whose folder is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _digests(folder: Path) -> dict[str, str]:
    paths = [*(folder / RUN).rglob("*.safetensors"), folder / RUN / "spottings.tsv"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_a_changed_side_makes_the_frames_of_its_video_anew(snakemake: Snakemake, tmp_path: Path) -> None:
    tables = write_corpus(tmp_path)
    corpus = SyntheticCorpus(seconds=2.0, height=180, splits={"train": 1})
    for video in ("a", "b"):
        render_video(corpus, "train_s00", tmp_path / f"{video}.mp4")
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(changed(CONFIG, "corpus.tables", tables)))
    table, before = tmp_path / "videos.tsv", (tmp_path / "videos.tsv").read_text()
    crops = {video: f"results/mine/crops/{video}.h5" for video in ("a", "b")}

    def call(*more: str) -> subprocess.CompletedProcess[str]:
        return snakemake(tmp_path, *crops.values(), "--configfile", "config.yaml", *more)

    assert call().returncode == 0
    rows = [f"{row}\tside\tcrop" if row.startswith("video") else f"{row}\t\t" for row in before.splitlines()]
    table.write_text("\n".join(rows))
    dry = call("--dry-run")
    assert jobs(dry.stdout + dry.stderr) == set(), "columns without a value change nothing"
    untouched = (tmp_path / crops["b"]).stat().st_mtime_ns
    for change, region in (("\tleft\t", "0,0,160,180"), ("\t\t160,0,160,180", "160,0,160,180")):
        table.write_text("\n".join(row.rstrip() + change if row.startswith("a\t") else row for row in rows))
        result = call()
        assert result.returncode == 0, result.stderr[-4000:]
        assert (tmp_path / crops["b"]).stat().st_mtime_ns == untouched
        with FrameStore(tmp_path / crops["a"]) as store:
            assert str(store.crop.region) == region
    table.write_text("\n".join(f"{row.rstrip()}\tmiddle\t" if row.startswith("a\t") else row for row in rows))
    result = call()
    assert result.returncode != 0 and "line 2: side is 'middle'" in result.stderr + result.stdout


def test_a_text_file_instead_of_a_video_is_named_and_leaves_nothing(snakemake: Snakemake, tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no video")
    (tmp_path / "videos.tsv").write_text("video\tpath\tsplit\tsigner\na\tnotes.mp4\ttrain\tx\nb\tnotes.mp4\ttest\ty\n")
    (tmp_path / "annotations.tsv").write_text("video\tsign\tstart_ms\tend_ms\na\tHOUSE\t100\t500\nb\tHOUSE\t100\t500\n")
    config = yaml.safe_load(TINY.read_text())
    tables = {"videos": "videos.tsv", "annotations": "annotations.tsv"}
    config["corpus"] = {"name": "mine", "fps": 25, "source": "tables", "tables": tables}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    result = snakemake(tmp_path, "--configfile", "config.yaml", "--", "results/mine/crops/a.h5")
    assert result.returncode != 0
    assert "notes.mp4" in result.stdout + result.stderr
    assert not list((tmp_path / "results/mine").rglob("*.h5"))
