"""Where a process computes: as the config says, and on a GPU that no other process has."""

import logging
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from signspot.compute.gpus import Gpu, claim_device, claim_free_gpu
from signspot.errors import InputError

JOB = """
import logging, multiprocessing, os, sys, time
from pathlib import Path
from signspot.compute.gpus import Gpu, claim_device
logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
gpus = [Gpu(str(i), f"GPU {i}", f"uuid-{i}") for i in range(int(sys.argv[2]))]
claim_device("auto", lambda: gpus, Path(sys.argv[1]), wait_seconds=0.05)
print("took", os.environ["CUDA_VISIBLE_DEVICES"], flush=True)
if "loader" in sys.argv:
    loader = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
    loader.start()
    print("loader", loader.pid, flush=True)
time.sleep(600)
"""
"""A job that takes one of some made-up GPUs and keeps it until it is killed."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen]]:
    """``start(gpus)``: a job on a machine with so many GPUs."""
    jobs = []

    def job(gpus: int, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-u", "-c", JOB, str(tmp_path), str(gpus), *options]
        jobs.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return jobs[-1]

    yield job
    for one in jobs:
        one.kill()
        one.wait()
        one.stdout.close()


def line(job: subprocess.Popen, start: str) -> str:
    """The next line of a job that begins so."""
    return next(line.strip() for line in job.stdout if line.startswith(start))


def test_each_job_takes_a_gpu_of_its_own_and_the_next_one_waits(start: Callable[..., subprocess.Popen]) -> None:
    first, second = start(2), start(2)
    taken = [line(first, "took"), line(second, "took")]
    assert sorted(taken) == ["took 0", "took 1"]
    third = start(2)
    assert line(third, "waiting") == "waiting: other processes of signspot have taken all GPUs (2)"
    first.send_signal(signal.SIGKILL)
    assert line(third, "computing").startswith("computing on GPU")
    assert line(third, "took") == taken[0]


def test_a_loader_that_outlives_its_job_keeps_no_gpu(start: Callable[..., subprocess.Popen]) -> None:
    job = start(1, "loader")
    line(job, "took")
    loader = int(line(job, "loader").split()[1])
    try:
        job.send_signal(signal.SIGKILL)
        job.wait()
        os.kill(loader, 0)
        assert start(1).stdout.readline().startswith("computing"), "it had to wait"
    finally:
        os.kill(loader, signal.SIGKILL)


def test_the_lock_is_open_to_every_user(start: Callable[..., subprocess.Popen], tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        line(start(1), "took")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "signspot-gpu-uuid-0.lock").stat().st_mode) == 0o666


@pytest.fixture
def environment() -> Iterator[None]:
    """Leaves the environment as it was."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUDA_VISIBLE_DEVICES", "7")
        yield


@pytest.mark.usefixtures("environment")
class TestInThisProcess:
    def test_cpu_hides_every_gpu(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        claim_device("cpu", lambda: [Gpu("0", "GPU 0", "uuid-0")], tmp_path)
        assert os.environ["CUDA_VISIBLE_DEVICES"] == ""
        assert "computing on the CPU, as device: cpu says" in caplog.text
        assert list(tmp_path.iterdir()) == []

    def test_auto_takes_the_cpu_where_there_is_no_gpu(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        claim_device("auto", list, tmp_path)
        assert os.environ["CUDA_VISIBLE_DEVICES"] == "7"
        assert "computing on the CPU: there is no CUDA device" in caplog.text

    def test_a_gpu_is_taken_only_if_it_is_free(
        self, tmp_path: Path, start: Callable[..., subprocess.Popen], caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        line(start(1), "took")
        gpus = [Gpu(str(i), f"GPU {i}", f"uuid-{i}") for i in range(2)]
        assert not claim_free_gpu(lambda: gpus[:1], tmp_path)
        assert "none that is free" in caplog.text
        assert os.environ["CUDA_VISIBLE_DEVICES"] == "7"
        assert claim_free_gpu(lambda: gpus, tmp_path)
        assert os.environ["CUDA_VISIBLE_DEVICES"] == "1"

    def test_cuda_without_a_gpu_is_an_error_with_a_remedy(self, tmp_path: Path) -> None:
        with pytest.raises(
            InputError, match=r"cuda is asked for.*CUDA_VISIBLE_DEVICES is '7'.*set device .* to auto or cpu"
        ):
            claim_device("cuda", list, tmp_path)


def test_the_gpus_of_this_machine_are_asked_for_before_cuda_is_used(tmp_path: Path) -> None:
    """CUDA then sees the one that was taken, if there is one."""
    script = f"""
import pathlib, torch
from signspot.compute.gpus import claim_device, visible_gpus
before = len(visible_gpus())
claim_device(locks=pathlib.Path({str(tmp_path)!r}))
assert not torch.cuda.is_initialized()
print(before, torch.cuda.device_count())
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    before, after = map(int, result.stdout.split())
    assert after == min(before, 1) == len(list(tmp_path.iterdir()))
