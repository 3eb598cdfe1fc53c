"""A made-up run: every file the report reads, with a signer, signs and scores of nobody; and a strict browser."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page
from review_runs import SECONDS

from signspot.decoders.tuning import Parameters, write_parameters
from signspot.files import write_json
from signspot.report.inputs import ReportInputs
from signspot.spottings import COLUMNS
from signspot.video.program import executable

SIGNS = ["BIEN", "COMER", "CASA", "MÉDICO", "GRACIAS", "HOSPITAL", "RIÑÓN", "SANGRE", "TERAPIA(1)", "DT:COVID"]
THRESHOLDS = [0.2 + 0.05 * i for i in range(13)]

MakeRun = Callable[..., ReportInputs]
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def make_run(tmp_path_factory: pytest.TempPathFactory) -> MakeRun:
    """Makes a run of test videos of ``length_ms`` with these signs; ``spot=False`` finds nothing."""

    def make(
        signs: Sequence[str] = SIGNS,
        names: Sequence[str] = ("test_00", "test_01", "test_02"),
        length_ms: int = 41_000,
        spot: bool = True,
        validation: bool = True,
        experts: Sequence[str] = ("flow",),
    ) -> ReportInputs:
        folder, rng = tmp_path_factory.mktemp("run"), np.random.default_rng(7)
        jobs = {"crop": len(names), "pose": len(names), "flow": len(names), "train_expert": 8, "score": 1}
        trainings = [f"{expert}, training {number}" for expert in experts for number in (1, 2)] + ["bilstm"]
        return ReportInputs(
            corpus="embedded",
            run="val",
            **_tables(rng, folder, names, list(signs), length_ms, spot),
            scores=_decoders(rng, folder, list(signs)),
            parameters=_parameters(folder),
            histories={name: _write(_history(rng, validation), folder / f"{name}.tsv") for name in trainings},
            accuracies={expert: _accuracy(folder, expert) for expert in experts},
            benchmarks={stage: [_cost(rng, folder / f"{stage}{i}.tsv") for i in range(n)] for stage, n in jobs.items()},
            spans_ms=dict.fromkeys(names, (0, length_ms)),
            warnings=["signer p01 is both in train and in test: the scores tell nothing about a new signer"],
        )

    return make


def _tables(
    rng: np.random.Generator, folder: Path, names: Sequence[str], signs: list[str], length_ms: int, spot: bool
) -> dict[str, Path]:
    """Writes the tables of a corpus and its spottings; by the fields of ``ReportInputs``."""
    truth = pd.DataFrame([row for name in names for row in _signs(rng, name, signs, length_ms)])
    found = {
        "frames": length_ms // 40,
        "body": rng.uniform(0.97, 1, len(names)),
        "left_hand": rng.uniform(0.3, 0.8, len(names)),
        "right_hand": rng.uniform(0.6, 0.95, len(names)),
        "face": 1.0,
    }
    paths = [f"{name}.mp4" for name in names]
    tables = {
        "videos": pd.DataFrame({"video": names, "path": paths, "split": "test", "signer": "p01"}),
        "annotations": truth,
        "vocabulary": pd.DataFrame({"class_id": range(len(signs)), "sign": signs}),
        "spottings": _spottings(rng, truth, signs) if spot else pd.DataFrame(columns=COLUMNS),
        "pose_summary": pd.DataFrame({"video": names, **found}),
        "dropped": truth.head(3).assign(reason="outside the usable range"),
    }
    return {name: _write(table, folder / f"{name}.tsv") for name, table in tables.items()}


def _decoders(rng: np.random.Generator, folder: Path, signs: list[str]) -> dict[str, Path]:
    paths = {f"bilstm, {name}": folder / f"{name}.json" for name in ("cells", "published")}
    for path, top in zip(paths.values(), (0.71, 0.62), strict=True):
        write_json(path, _scores(rng, top, signs))
    return paths


def _parameters(folder: Path) -> dict[str, Path]:
    tuned = Parameters("cells", {"votes": 3}, ["votes"], 2, [{"votes": 2, "f1": 0.55}, {"votes": 3, "f1": 0.81}])
    paths = {f"bilstm, {name}": folder / f"{name}_options.json" for name in ("cells", "published")}
    for path, found in zip(paths.values(), (tuned, Parameters("published", {})), strict=True):
        write_parameters(found, path)
    return paths


def _accuracy(folder: Path, expert: str) -> Path:
    high = 0.25 if expert == "flow" else 0.6
    one = {"sign_clips": high, "all_clips": high / 2, "chance": 0.1, "clips": 412}
    write_json(folder / f"{expert}.json", {"training1": one, "training2": one | {"sign_clips": 0.5, "all_clips": 0.8}})
    return folder / f"{expert}.json"


def _write(table: pd.DataFrame, path: Path) -> Path:
    table.to_csv(path, sep="\t", index=False)
    return path


def _signs(rng: np.random.Generator, video: str, signs: list[str], length_ms: int) -> list[dict[str, object]]:
    """A sign about every 1.8 s, 0.28 to 1 s long, on whole frames at 25 a second."""
    rows = []
    for earliest in range(600, length_ms - 2000, 1800):
        start = earliest + 40 * int(rng.integers(0, 20))
        end = start + 40 * int(rng.integers(7, 25))
        rows.append({"video": video, "sign": rng.choice(signs), "start_ms": start, "end_ms": end})
    return rows


def _spottings(rng: np.random.Generator, truth: pd.DataFrame, signs: list[str]) -> pd.DataFrame:
    """Most signs found, some with a wrong boundary or a wrong name, a few not at all."""
    fate = rng.choice(["hit", "late", "wrong", "lost"], len(truth), p=[0.6, 0.15, 0.1, 0.15])
    late = np.where(fate == "late", 320, rng.integers(-1, 2, len(truth)) * 40)
    following = dict(zip(signs, [*signs[1:], signs[0]], strict=True))
    sign = truth.sign.where(fate != "wrong", truth.sign.map(following))
    moved = truth.assign(sign=sign, start_ms=truth.start_ms + late, end_ms=truth.end_ms + late)
    kept = moved[fate != "lost"]
    return kept.assign(class_id=[signs.index(s) for s in kept.sign], score=0.9)


def _scores(rng: np.random.Generator, top: float, signs: list[str]) -> dict[str, object]:
    def line(f1: float) -> dict[str, float]:
        return {"f1": f1, "precision": f1 + 0.03, "recall": f1 - 0.02, "tp": int(1000 * f1), "fp": 210, "fn": 305}

    def curve(height: float) -> dict[str, object]:
        rows = [{"iou": iou, **line(height * (1 - max(iou - 0.3, 0) ** 1.5 * 2))} for iou in THRESHOLDS]
        return {**line(float(np.mean([row["f1"] for row in rows]))), "per_threshold": rows}

    def group() -> dict[str, float]:
        return {**line(float(rng.uniform(0.1, 0.95))), "truth": 24, "spotted": 27}

    return {
        "official": curve(top),
        "strict": curve(top - 0.04),
        "per_sign": {sign: group() for sign in signs},
        "per_signer": {"p01": group(), "p02": group()},
        "confidence_interval": {"level": 0.95, "low": top - 0.05, "high": top + 0.04, "resamples": 1000, "seed": 0},
        "videos": 11,
    }


def _history(rng: np.random.Generator, validation: bool) -> pd.DataFrame:
    epoch = np.arange(1, 31)
    loss = 2.3 * np.exp(-epoch / 9) + rng.uniform(0, 0.08, 30)
    table = pd.DataFrame({"epoch": epoch, "rate": 1e-4, "train_loss": loss, "train_accuracy": 1 - loss / 2.6})
    table["validation_loss"] = loss + 0.3 if validation else np.nan
    table["validation_accuracy"] = 0.85 - loss / 3 if validation else np.nan
    return table.assign(seconds=4.2)


def _cost(rng: np.random.Generator, path: Path) -> Path:
    """What Snakemake writes of a job; it measures no memory of jobs that end at once."""
    seconds, memory = rng.uniform(5, 80), rng.choice(["-", "312.5"])
    path.write_text(f"s\th:m:s\tmax_rss\n{seconds:.4f}\t0:00:{seconds:02.0f}\t{memory}\n")
    return path


@pytest.fixture(scope="session")
def make_video(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``make_video(name, *options)``: a video of 12 s at 25 frames a second."""
    folder = tmp_path_factory.mktemp("videos")

    def make(name: str, *options: str) -> Path:
        source = f"testsrc=size=320x180:rate=25:duration={SECONDS}"
        command = [executable(), "-v", "error", "-y", "-f", "lavfi", "-i", source, *options, f"file:{folder / name}"]
        subprocess.run(command, check=True)
        return folder / name

    return make


@pytest.fixture
def show(browser: Browser) -> Iterator[Open]:
    """Opens a page from disk; fails if it says anything on the console or asks for anything but its own files."""
    heard: list[str] = []
    contexts = []

    def open_page(file: Path, width: int = 1400, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: request.url.startswith("file:") or heard.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in heard if "ERR_FILE_NOT_FOUND" not in text] == []
