"""A real Slurm on one machine: munged, slurmctld and three slurmd of Debian's packages, everything under one folder.

Nodes ``cpu1`` and ``cpu2`` make the partition ``cpu``; ``gpu1``, with two GPUs that are character devices without
hardware, makes ``gpu``. The sizes of the nodes are made up: they drive the scheduling, and nothing enforces them.
"""

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("munged", "mungekey", "slurmctld", "slurmd", "sinfo", "squeue", "sbatch", "scancel", "scontrol", "srun")
PACKAGES = "slurmctld slurmd slurm-client munge"
NODES = {"cpu1": 1, "cpu2": 2, "gpu1": 3}
"""Name of a node and its port, counted from that of slurmctld."""

CONFIG = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={home}/munge/munge.socket
StateSaveLocation={home}/state
SlurmdSpoolDir={home}/spool/%n
SlurmctldPidFile={home}/run/slurmctld.pid
SlurmdPidFile={home}/run/slurmd-%n.pid
SlurmctldLogFile={home}/log/slurmctld.log
SlurmdLogFile={home}/log/slurmd-%n.log
# Neither cgroups nor task binding nor an accounting database.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={home}/log/jobs.log
MpiDefault=none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
# Finished jobs stay visible to squeue, which Snakemake asks because there is no database.
MinJobAge=3600
ReturnToService=2
KillWait=2
OverTimeLimit=0
# Scheduling at once instead of every few seconds.
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=2,bf_interval=2
{nodes}
PartitionName=cpu Nodes=cpu[1-2] Default=YES State=UP
PartitionName=gpu Nodes=gpu1 State=UP
"""


def missing_programs() -> list[str]:
    return [name for name in PROGRAMS if shutil.which(name, path=_path()) is None]


@dataclass(frozen=True)
class Job:
    """A line of squeue; ``comment`` is Snakemake's name of the rule and its wildcards, ``gpus`` what was asked for."""

    id: str
    state: str
    comment: str
    partition: str
    gpus: str
    node: str


class Cluster:
    """A running Slurm; ``environment`` is what its commands, and those that call them, need."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("SLURM_", "SBATCH_"))} | {
            "SLURM_CONF": str(home / "slurm.conf"),
            "PATH": f"{home / 'bin'}:{Path(sys.executable).parent}:{_path()}",
        }

    def call(self, *command: str) -> str:
        """Standard output of one of Slurm's commands."""
        result = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=30)
        assert result.returncode == 0, f"{shlex.join(command)}: {result.stderr}"
        return result.stdout

    def jobs(self, *, of: Path | None = None, states: str = "all") -> list[Job]:
        """Jobs in the order of their submission, ``of`` a working directory if that is given."""
        names = ("JobID", "State", "Comment", "Partition", "tres-per-job", "NodeList", "WorkDir")
        columns = ",".join(f"{name}:|" for name in names)
        lines = self.call("squeue", "-h", f"--states={states}", "-S", "i", "-O", columns).splitlines()
        rows = [line.split("|") for line in lines]
        return [Job(*row[:6]) for row in rows if of is None or row[6] == str(of)]


@contextmanager
def cluster(home: Path) -> Iterator[Cluster]:
    """Starts Slurm under ``home`` and stops it, with the jobs that still run, by the pids of its daemons."""
    running = Cluster(home)
    _write_config(home)
    with ExitStack() as daemons:
        daemons.callback(_stop, home)
        munge = home / "munge"
        options = {
            "origin": "127.0.0.1",
            "key-file": munge / "munge.key",
            "socket": munge / "munge.socket",
            "pid-file": home / "run/munged.pid",
            "seed-file": munge / "seed",
            "log-file": home / "log/munged.log",
        }
        _output_of("munged", "--force", *(f"--{name}={value}" for name, value in options.items()))
        _output_of("slurmctld", "-f", f"{home}/slurm.conf")
        for node in NODES:
            _output_of("slurmd", "-f", f"{home}/slurm.conf", "-N", node)
        daemons.callback(_cancel, running)
        _wait_until_idle(running)
        yield running


def _path() -> str:
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


def _output_of(program: str, *arguments: str) -> str:
    """Standard output of a program; a daemon leaves for the background by itself."""
    result = subprocess.run([shutil.which(program, path=_path()), *arguments], capture_output=True, text=True)
    assert result.returncode == 0, f"{program} failed: {result.stderr}"
    return result.stdout


def _write_config(home: Path) -> None:
    for name in ("munge", "run", "log", "state", "bin", "dev", *(f"spool/{node}" for node in NODES)):
        (home / name).mkdir(parents=True)
    (home / "munge").chmod(0o711)  # what munged asks for: others reach the socket and change nothing
    (home / "state").chmod(0o700)
    _output_of("mungekey", "-c", "-k", f"{home}/munge/munge.key")

    host = socket.gethostname().split(".")[0]
    port = _free_ports(1 + len(NODES))
    nodes = [
        f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port + i} CPUs=8 RealMemory=64000 State=UNKNOWN"
        + (" Gres=gpu:2" if name == "gpu1" else "")
        for name, i in NODES.items()
    ]
    config = CONFIG.format(host=host, port=port, user=getpass.getuser(), home=home, nodes="\n".join(nodes))
    (home / "slurm.conf").write_text(config)
    gpus = [f"NodeName=gpu1 Name=gpu File={_fake_gpu(home / f'dev/gpu{i}', i)}" for i in range(2)]
    (home / "gres.conf").write_text("\n".join(["AutoDetect=off", *gpus, ""]))
    # slurmd loads a cgroup plugin whatever the other settings say; that of version 1 touches nothing unless told.
    version = _output_of("slurmd", "-V").split()[-1]
    plugin = "disabled" if tuple(map(int, version.split(".")[:2])) >= (23, 11) else "cgroup/v1"
    (home / "cgroup.conf").write_text(f"CgroupPlugin={plugin}\n")
    # Snakemake's job step deletes SLURM_CONF, with most of Slurm's variables, before it calls srun.
    srun = home / "bin/srun"
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={shlex.quote(f"{home}/slurm.conf")} exec {shutil.which("srun")} "$@"\n')
    srun.chmod(0o755)


def _free_ports(count: int) -> int:
    """The first of ``count`` neighbouring free ports."""
    for first in range(26817, 27817, 10):
        with ExitStack() as sockets:
            try:
                for port in range(first, first + count):
                    sockets.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no free ports from 26817 to 27817")


def _fake_gpu(path: Path, index: int) -> Path:
    """A character device; where none can be made, one that every machine has."""
    try:
        os.mknod(path, 0o20666, os.makedev(1, 3))
    except PermissionError:
        return (Path("/dev/null"), Path("/dev/zero"))[index]
    return path


def _wait_until_idle(running: Cluster) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        result = subprocess.run(
            ["sinfo", "-h", "-N", "-o", "%T"], env=running.environment, capture_output=True, text=True, timeout=30
        )
        if result.stdout.split() == ["idle"] * len(NODES):
            return
        time.sleep(0.2)
    logs = "\n".join(path.read_text()[-2000:] for path in (running.home / "log").glob("slurm*.log"))
    raise RuntimeError(f"Slurm's nodes did not become idle in 30 s.\n{logs}")


def _cancel(running: Cluster) -> None:
    """A dying slurmd leaves its jobs behind: they are cancelled first."""
    for job in running.jobs(states="R,PD,CG"):
        subprocess.run(["scancel", job.id], env=running.environment, timeout=30)
    deadline = time.monotonic() + 15
    while running.jobs(states="R,CG") and time.monotonic() < deadline:
        time.sleep(0.2)


def _stop(home: Path) -> None:
    for name in (*(f"slurmd-{node}" for node in NODES), "slurmctld", "munged"):
        file = home / "run" / f"{name}.pid"
        if file.exists():
            _end(int(file.read_text()), home)


def _end(pid: int, home: Path) -> None:
    """Ends a daemon of ours: the pid may have passed to another process, whose command line does not name ``home``."""

    def alive() -> bool:
        try:
            return str(home) in Path(f"/proc/{pid}/cmdline").read_text()
        except OSError:
            return False

    for sign, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        if alive():
            os.kill(pid, sign)
        deadline = time.monotonic() + seconds
        while alive() and time.monotonic() < deadline:
            time.sleep(0.1)
