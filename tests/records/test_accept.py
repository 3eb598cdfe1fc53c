"""Accepting copied results: which files count as made, and by what time Snakemake will know it."""

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from signspot.cli import main
from signspot.errors import InputError
from signspot.files import MADE_AS_ONE
from signspot.logs import job
from signspot.records.accept import UNACCEPTED_S, accept
from signspot.records.record import digest, read_record
from signspot.stores import CorpusFiles

RESULTS = Path("results/mine")
STORE = "crops/v.h5"
WEIGHTS, CONFIG = (f"runs/demo/experts/rgb/training1/{name}" for name in ("weights.safetensors", "config.json"))
FEATURES, SPOTTINGS, ELAN = (f"runs/demo/{name}" for name in ("features/rgb/000", "spottings.tsv", "elan"))
ALL = (STORE, WEIGHTS, CONFIG, FEATURES, SPOTTINGS, ELAN)


@contextmanager
def recording(stage: SimpleNamespace) -> Iterator[None]:
    """A job that leaves the log as it was."""
    handlers = logging.getLogger().handlers[:]
    try:
        with job(stage):
            yield
    finally:
        logging.getLogger().handlers[:] = handlers


def make(inputs: list[str], *outputs: str) -> None:
    """A job that writes the names of what it reads to every output; a folder gets two files."""
    stage = SimpleNamespace(
        log=[str(RESULTS / "logs/stage/stage.log")],
        threads=1,
        config={},
        input=inputs,
        output=[str(RESULTS / name) for name in outputs],
    )
    with recording(stage):
        for path in map(Path, stage.output):
            folder = "." not in path.name
            for file in (path / "a", path / "b") if folder else (path,):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(f"{file.name} of {inputs}")
            if folder:
                (path / MADE_AS_ONE).touch()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a video, results, and what Snakemake remembers; the names of the results tell their order."""
    monkeypatch.chdir(tmp_path)
    Path("v.mp4").write_text("video")
    Path(".snakemake/metadata").mkdir(parents=True)
    Path(".snakemake/metadata/record").touch()
    make(["v.mp4"], STORE)
    make([str(RESULTS / STORE)], WEIGHTS, CONFIG)
    make([str(RESULTS / WEIGHTS), str(RESULTS / STORE)], FEATURES)
    make([str(RESULTS / FEATURES)], SPOTTINGS)
    make([str(RESULTS / SPOTTINGS)], ELAN)
    Path(RESULTS / "benchmarks/stage").mkdir(parents=True)
    Path(RESULTS / "benchmarks/stage/stage.tsv").touch()
    # As cp -r leaves it: the first made is the newest.
    for number, path in enumerate(sorted(RESULTS.rglob("*"))):
        os.utime(path, (2e9 - number, 2e9 - number))
    return tmp_path


def time_of(name: str) -> int:
    path = RESULTS / name
    return (path / MADE_AS_ONE if path.is_dir() else path).stat().st_mtime_ns


@pytest.mark.usefixtures("project")
def test_what_is_as_it_was_made_gets_one_time_that_is_newer_than_all_that_was_given() -> None:
    assert accept(RESULTS) == (6, {})
    assert len(set(map(time_of, (*ALL, "benchmarks/stage/stage.tsv")))) == 1
    assert time_of(STORE) > Path("v.mp4").stat().st_mtime_ns


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGED = "is damaged, or was changed since its job wrote it"
SPOILT: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "a bit": (lambda results: flip(results / STORE), {STORE: DAMAGED}),
    "the end": (lambda results: os.truncate(results / WEIGHTS, 3), {WEIGHTS: DAMAGED}),
    "foreign weights": (lambda results: (results / WEIGHTS).write_text("of somebody else"), {WEIGHTS: DAMAGED}),
    "a file in a folder": (lambda results: flip(results / FEATURES / "a"), {FEATURES: DAMAGED}),
    "a file less in a folder": (lambda results: (results / FEATURES / "a").unlink(), {FEATURES: DAMAGED}),
    "a file more in a folder": (lambda results: (results / FEATURES / "c").touch(), {FEATURES: DAMAGED}),
    "another name in a folder": (lambda results: (results / FEATURES / "a").rename(results / "d"), {FEATURES: DAMAGED}),
    "another video": (lambda _: Path("v.mp4").write_text("other"), {STORE: "was made of another v.mp4"}),
    "a store made anew": (
        lambda results: make(["v.mp4", "v.mp4"], STORE),
        dict.fromkeys((FEATURES, WEIGHTS, CONFIG), f"was made of another {RESULTS / STORE}"),
    ),
    "an unrecorded store": (
        lambda results: (results / "crops/w.h5").touch(),
        {"crops/w.h5": "has no record of what it was made of"},
    ),
    "no record": (
        lambda results: (results / f"records/{STORE}.json").unlink(),
        {STORE: "has no record of what it was made of"},
    ),
    "half a record": (
        lambda results: os.truncate(results / f"records/{STORE}.json", 9),
        {STORE: "has a damaged record"},
    ),
    "another record": (
        lambda results: (results / f"records/{STORE}.json").write_text('{"digest": 1, "results": [], "given": 2}'),
        {STORE: "has a damaged record"},
    ),
}


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("kind", SPOILT)
def test_what_is_not_as_it_was_made_is_named_and_older_than_everything(kind: str) -> None:
    spoil, expected = SPOILT[kind]
    spoil(RESULTS)
    accepted, refused = accept(RESULTS)
    assert refused == expected
    assert accepted == len({*ALL} - {*expected})
    assert {time_of(name) for name in expected} == {UNACCEPTED_S * 10**9}
    assert min(time_of(name) for name in {*ALL} - {*expected}) > Path(__file__).stat().st_mtime_ns


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "change",
    [
        lambda: (RESULTS / STORE).unlink(),
        lambda: shutil.rmtree(RESULTS / FEATURES),
        lambda: Path("v.mp4").unlink(),
        lambda: (RESULTS / FEATURES / MADE_AS_ONE).unlink(),
        lambda: (RESULTS / ELAN / "a").write_text("corrected by hand"),
        lambda: (RESULTS / "notes.txt").write_text("mine"),
        lambda: (RESULTS / "crops/.part-1-w.h5").touch(),
        lambda: (RESULTS / "crops/w.h5.damaged").touch(),
        lambda: (RESULTS / WEIGHTS).with_name("checkpoint.pt").touch(),
    ],
)
def test_what_people_delete_correct_or_add_is_no_fault(change: Callable[[], object]) -> None:
    change()
    assert accept(RESULTS)[1] == {}


@pytest.mark.usefixtures("project")
def test_a_store_that_was_made_anew_as_it_was_changes_nothing() -> None:
    make(["v.mp4"], STORE)
    assert accept(RESULTS) == (6, {})


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("lost", "message"), [("results/mine/records", "records: is not there"), (".snakemake/metadata", "Copy it along")]
)
def test_without_records_nothing_is_accepted(lost: str, message: str) -> None:
    shutil.rmtree(lost)
    before = time_of(STORE)
    with pytest.raises(InputError, match=message):
        accept(RESULTS)
    assert time_of(STORE) == before


@pytest.mark.usefixtures("project")
def test_the_command_names_what_it_does_not_accept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["results", "accept", str(RESULTS)]) == 0
    assert "6 files and folders are accepted" in capsys.readouterr().out
    for number in range(30):
        (RESULTS / f"crops/w{number}.h5").touch()
    assert main(["results", "accept", str(RESULTS)]) == 2
    output = capsys.readouterr()
    assert "6 files and folders are accepted" in output.out
    assert "not accepted, 30 of 36" in output.err and "crops/w0.h5: has no record" in output.err
    assert "and 10 more" in output.err and "snakemake makes anew" in output.err
    assert main(["results", "accept", "nowhere"]) == 2


@pytest.mark.usefixtures("project")
def test_a_job_that_fails_records_nothing() -> None:
    before = read_record(CorpusFiles(RESULTS), STORE)
    stage = SimpleNamespace(log=["results/mine/logs/stage/stage.log"], threads=1, config={}, input=[], output=[STORE])
    with pytest.raises(SystemExit), recording(stage):
        (RESULTS / STORE).write_text("half")
        raise InputError("v.mp4: is no video.")
    assert read_record(CorpusFiles(RESULTS), STORE) == before


def test_a_record_tells_what_was_read(project: Path) -> None:
    record = json.loads((RESULTS / f"records/{STORE}.json").read_text())
    assert record == {"digest": digest(RESULTS / STORE), "results": {}, "given": {"v.mp4": digest(project / "v.mp4")}}
    record = read_record(CorpusFiles(RESULTS), FEATURES)
    assert record.results == {name: digest(RESULTS / name) for name in (WEIGHTS, STORE)}
    assert record.given == {}
