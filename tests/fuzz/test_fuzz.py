"""The fuzzing itself: its seeds are valid, its changes can be made again, and it sees what it looks for."""

import random
from pathlib import Path

import numpy as np
import pytest
from fuzz import Worker, findings, fuzz, tree
from mutate import mutated
from seeds import TOKENS, Seed, seeds


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Seed]:
    return seeds(tmp_path_factory.mktemp("seeds"))


@pytest.fixture
def worker(tmp_path: Path):
    worker = Worker(tmp_path)
    yield worker
    worker.end()


def test_commands_accept_the_seeds(made: list[Seed], worker: Worker):
    for seed in made:
        answer = worker.call(seed.folder, seed.call)
        if seed.kind == "models":
            assert "no person found" in answer["said"]
        else:
            assert (answer["status"], answer["error"]) == (0, None), answer
        assert answer["children"] == []


def test_every_kind_has_seeds_and_tokens(made: list[Seed]):
    assert {seed.kind for seed in made} == set(TOKENS)


@pytest.mark.parametrize("kind", TOKENS)
def test_a_mutation_can_be_made_again_and_changes_something(kind: str):
    data = b"one 1 two 22 three 333"
    several = [mutated(data, TOKENS[kind], random.Random(number)) for number in range(30)]
    assert several == [mutated(data, TOKENS[kind], random.Random(number)) for number in range(30)]
    assert sum(changed != data for changed in several) > 20
    assert mutated(b"", TOKENS[kind], random.Random(1)) is not None


def test_findings():
    calm = {"error": None, "children": [], "peak_mb": 10, "status": 2, "said": "no"}
    assert findings(calm, {}, {}) == []
    assert findings(calm | {"error": "Traceback"}, {}, {}) == ["Traceback"]
    assert findings(calm | {"children": ["ffmpeg"]}, {}, {}) == ["leaves the process ffmpeg"]
    assert findings(calm | {"peak_mb": 2000}, {}, {}) == ["2000 MiB of memory"]
    assert findings(calm | {"status": 1}, {}, {}) == ["ends with status 1: no"]
    assert findings(calm, {"a": (1, 1)}, {"a": (2, 2), "b": (1, 1)}) == ["writes a", "writes b"]


def test_a_worker_that_dies_is_a_finding_and_the_next_call_works(worker: Worker, tmp_path: Path):
    worker.call(tmp_path, ["score", "--help"])
    worker.process.kill()
    assert "died with status -9" in worker.call(tmp_path, ["score", "--help"])["error"]
    assert worker.call(tmp_path, ["score", "--help"])["status"] == 0


def test_memory_of_the_process_that_starts_a_worker_is_not_counted(tmp_path: Path):
    held = np.ones(2**27)
    worker = Worker(tmp_path)
    assert worker.call(tmp_path, ["score", "--help"])["peak_mb"] < held.nbytes / 2**20
    worker.end()


def test_files_of_the_call_are_left_out_of_the_tree(tmp_path: Path):
    for name in ("case/a", "home/b", "tmp/c", "outside/d"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    assert list(tree(tmp_path)) == ["outside/d"]


def test_some_seconds_of_it(tmp_path: Path):
    counts = fuzz(5, ["tables"], 1, tmp_path / "findings")
    assert counts["tables: calls"] > 5 and counts["tables: findings"] == 0
