"""The workflow on a real Slurm, and what it survives there."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from slurm_cluster import Cluster, Job
from workflow_calls import PACKAGE, ROOT, TINY, Snakemake

from signspot.files import sha256

RESULTS = Path("results/tiny")
RUN = RESULTS / "runs/demo"
NETWORK_JOBS = ("train_expert", "features", "expert_accuracy", "fit_spotter", "predict")
AFTER_THE_SPOTTER = {"predict", "decode", "leading_spottings", "score", "leading_scores", "submission", "report"} | {
    *("review", "elan"),
}


class Run:
    """``snakemake --profile slurm`` in a folder, in the background."""

    def __init__(self, slurm: Cluster, folder: Path, *arguments: str) -> None:
        self.log = folder / "snakemake.log"
        command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--cores", "2"]
        profile = ["--profile", "slurm", "--slurm-init-seconds-before-status-checks", "4"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, *profile, *arguments],
                cwd=folder,
                env=slurm.environment | PACKAGE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def finish(self) -> str:
        """Waits for its end; the output."""
        status = self.process.wait(timeout=1200)
        assert status == 0, self.output[-8000:]
        return self.output

    @property
    def output(self) -> str:
        return self.log.read_text()


def wait_for(what: Callable[[], object], run: Run, seconds: float = 600) -> object:
    """The first true value of ``what`` while ``run`` goes on."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        assert run.process.poll() is None, run.output[-8000:]
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds} s in vain\n{run.output[-8000:]}")


def rule_of(job: Job) -> str:
    return re.sub(r"^rule_|_wildcards.*", "", job.comment)


def test_a_clone_has_the_profile(tmp_path: Path) -> None:
    """Where it is not asked to run anything, it needs no Slurm either."""
    command = [sys.executable, "-m", "snakemake", "--profile", "slurm", "--cores", "2", "--dry-run"]
    arguments = ["--directory", str(tmp_path), "--configfile", str(TINY)]
    result = subprocess.run([*command, *arguments], cwd=ROOT, env=os.environ | PACKAGE, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "Using profile slurm" in result.stderr or "Using profiles slurm" in result.stderr


def test_signspot_run_needs_no_clone(slurm: Cluster, tmp_path: Path) -> None:
    """In an empty folder the profile is found by its name, and its partitions beside it."""
    film = RESULTS / "videos/test_s02.mp4"
    profile = ["--profile", "slurm", "--slurm-init-seconds-before-status-checks", "4"]
    command = [sys.executable, "-m", "signspot", "run", "--cores", "2", *profile, "--configfile", str(TINY), "--", film]
    result = subprocess.run(command, cwd=tmp_path, env=slurm.environment | PACKAGE, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-8000:]
    assert (tmp_path / film).stat().st_size
    assert [job.state for job in slurm.jobs(of=tmp_path)] == ["COMPLETED"]


@pytest.fixture(scope="module")
def finished(slurm: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny corpus on Slurm, two videos a job; snakemake was killed in the middle, and a node drained after that."""
    folder = tmp_path_factory.mktemp("slurm_run")
    for name in ("profiles", "slurm"):
        (folder / name).symlink_to(ROOT / name)
    config = yaml.safe_load(TINY.read_text()) | {"videos_per_job": 2}
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    arguments = ("--configfile", "config.yaml", "--group-components", "preprocess=2")
    first = Run(slurm, folder, *arguments)
    wait_for(lambda: len(re.findall("Finished jobid", first.output)) >= 11, first)
    first.process.kill()
    first.process.wait()
    (folder / "killed.log").write_text(first.output)
    for job in slurm.jobs(of=folder, states="R,PD"):
        slurm.call("scancel", job.id)
    slurm.call("scontrol", "update", "nodename=cpu2", "state=drain", "reason=test")
    try:
        subprocess.run(
            [sys.executable, "-m", "snakemake", "-s", ROOT / "Snakefile", "--unlock", "--configfile", "config.yaml"],
            cwd=folder,
            env=slurm.environment | PACKAGE,
            check=True,
            capture_output=True,
        )
        Run(slurm, folder, *arguments).finish()
    finally:
        slurm.call("scontrol", "update", "nodename=cpu2", "state=resume")
    return folder


class TestTheTinyCorpus:
    def test_goes_from_video_to_hand_in(self, finished: Path) -> None:
        for name in ("submission.zip", "scores.json", "report/index.html", "review/index.html"):
            assert (finished / RUN / name).stat().st_size, name

    def test_gives_the_same_spottings_as_a_local_run(self, finished: Path, tiny_run: Path) -> None:
        there, here = (folder / RUN / "spottings.tsv" for folder in (finished, tiny_run))
        assert there.read_bytes() == here.read_bytes()

    def test_its_network_jobs_ask_for_a_gpu_and_the_others_do_not(self, finished: Path, slurm: Cluster) -> None:
        jobs = slurm.jobs(of=finished)
        assert set(NETWORK_JOBS) <= {rule_of(job) for job in jobs}
        for job in jobs:
            expected = ("gpu", "gres:gpu:1") if rule_of(job) in NETWORK_JOBS else ("cpu", "N/A")
            assert (job.partition, job.gpus) == expected, job

    def test_short_jobs_run_where_snakemake_runs(self, finished: Path, slurm: Cluster) -> None:
        assert not {"tables", "pose_summary", "tune", "decode", "score", "submission", "report", "review", "elan"} & {
            rule_of(job) for job in slurm.jobs(of=finished)
        }

    def test_all_preparation_of_two_videos_is_one_job(self, finished: Path, slurm: Cluster) -> None:
        rules = [rule_of(job) for job in slurm.jobs(of=finished)]
        assert not {"crop", "pose", "flow", "labels"} & set(rules)
        submitted = set(re.findall(r"group_preprocess_\w+/\d+\.log", (finished / "killed.log").read_text()))
        assert len(submitted) == 2

    def test_an_expert_extracts_the_features_of_two_videos_in_a_job(self, finished: Path) -> None:
        folder = finished / RUN / "features/rgb"
        assert {path.relative_to(folder).parts[0] for path in folder.glob("*/*.h5")} == {"000", "001"}
        assert len(list(folder.glob("*/*.h5"))) == 3

    def test_no_finished_job_is_repeated_after_a_kill(self, finished: Path) -> None:
        """What snakemake had not seen the end of when it was killed may be, for it can't tell."""
        killed, output = (finished / name for name in ("killed.log", "snakemake.log"))
        pattern = r"Finished jobid: \d+ \(Rule: (\w+)\)"
        before = Counter(re.findall(pattern, killed.read_text()))
        after = Counter(re.findall(pattern, output.read_text()))
        assert before["render"] == 3
        assert before["pose"]
        for rule in ("render", "crop", "pose", "flow", "labels"):
            assert before[rule] + after[rule] <= 3, rule

    def test_a_drained_node_gets_no_jobs(self, finished: Path, slurm: Cluster) -> None:
        nodes = {job.node for job in slurm.jobs(of=finished) if rule_of(job) == "gather_labels"}
        assert nodes == {"cpu1"}

    def test_forcing_a_stage_reruns_it_and_what_follows(self, finished: Path, slurm: Cluster) -> None:
        known = {job.id for job in slurm.jobs(of=finished)}
        output = Run(slurm, finished, "--configfile", "config.yaml", "--forcerun", "fit_spotter").finish()
        new = {rule_of(job) for job in slurm.jobs(of=finished) if job.id not in known}
        assert new == {"fit_spotter", "predict"}
        ran = set(re.findall(r"Finished jobid: \d+ \(Rule: (\w+)\)", output))
        assert ran == {"fit_spotter", "all", *AFTER_THE_SPOTTER}


def test_a_training_that_is_cancelled_or_out_of_time_goes_on_from_its_last_epoch(
    slurm: Cluster, workdir: Path, tiny_run: Path
) -> None:
    """Three equal runs: one is cancelled, one reaches its time limit, one is left alone."""
    shutil.copytree(tiny_run / "results", workdir / "results")
    shutil.copytree(tiny_run / ".snakemake", workdir / ".snakemake")
    config = yaml.safe_load(TINY.read_text())
    config["experts"]["skeleton"]["training"][0]["epochs"] = 40
    config["runs"] = dict.fromkeys(("cancelled", "late", "undisturbed"), config["runs"]["demo"])
    (workdir / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))

    def folder(run: str) -> Path:
        return RESULTS / "runs" / run / "experts/skeleton/training1"

    def log(run: str) -> str:
        file = workdir / RESULTS / f"logs/train_expert/{run}.skeleton.1.log"
        return file.read_text() if file.exists() else ""

    targets = [str(folder(run) / "weights.safetensors") for run in config["runs"]]
    run = Run(slurm, workdir, "--configfile", "config.yaml", "--", *targets)
    stopped = {}
    while len(stopped) < 2:
        names = [name for name in ("late", "cancelled") if name not in stopped]
        name = wait_for(lambda names=names: next((n for n in names if "epoch 3 of 40" in log(n)), None), run)
        stopped[name] = hold(slurm, workdir, f"_{name}_")
    slurm.call("scancel", stopped["cancelled"])
    slurm.call("scontrol", "update", f"JobId={stopped['late']}", "TimeLimit=1")
    output = run.finish()

    states = {job.id: job.state for job in slurm.jobs(of=workdir)}
    assert states[stopped["cancelled"]] == "CANCELLED"
    assert states[stopped["late"]] == "TIMEOUT"
    assert output.count("Trying to restart job") == 2
    for name in stopped:
        assert re.search(r"going on after epoch ([2-9]|\d\d)", log(name)), "it began again"
    assert len({sha256(workdir / target) for target in targets}) == 1


def hold(slurm: Cluster, folder: Path, what: str) -> str:
    """Stops the processes of a training job, so that it neither finishes nor fails by itself; the id of the job."""
    [job] = [job.id for job in slurm.jobs(of=folder, states="R") if what in job.comment]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment, command = ((process / name).read_bytes() for name in ("environ", "cmdline"))
        except OSError:  # it has ended
            continue
        if f"SLURM_JOB_ID={job}".encode() in environment.split(b"\0") and b"train_expert" in command:
            os.kill(int(process.name), signal.SIGSTOP)
    return job


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_named_and_the_run_goes_on_when_there_is_space(
    snakemake: Snakemake, tiny_run: Path, tmp_path: Path
) -> None:
    file = RESULTS / "crops/train_s00.h5"
    shutil.copytree(tiny_run / ".snakemake", tmp_path / ".snakemake")
    disk = tmp_path / "results"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200M", "signspot", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        shutil.copytree(tiny_run / "results", disk, dirs_exist_ok=True)
        before = sha256(tmp_path / file)
        (tmp_path / file).unlink()
        used = shutil.disk_usage(disk).used
        subprocess.run(["mount", "-o", f"remount,size={used + 50_000}", str(disk)], check=True)
        result = snakemake(tmp_path, "--configfile", str(TINY), "--", str(file))
        assert result.returncode != 0
        assert "free space on the disk" in result.stderr
        assert not (tmp_path / file).exists()
        subprocess.run(["mount", "-o", "remount,size=200M", str(disk)], check=True)
        result = snakemake(tmp_path, "--configfile", str(TINY), "--", str(file))
        assert result.returncode == 0, result.stderr[-8000:]
        assert sha256(tmp_path / file) == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)
