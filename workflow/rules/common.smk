"""What all rules need, which is the plan and where files lie."""

from snakemake.exceptions import WorkflowError

from signspot.errors import SignspotError
from signspot.plan.config_files import with_own_paths
from signspot.plan.costs import Costs
from signspot.plan.needs import Needs
from signspot.plan.plan import read_plan
from signspot.plan.provenance import provenance
from signspot.plan.recognition import RecognitionNeeds
from signspot.plan.retrieval import RetrievalNeeds
from signspot.plan.rounds import RoundNeeds
from signspot.plan.sources import source_files

try:
    # Read again: Snakemake lets the last of two equal keys win, and forgets which file a path is of.
    PLAN = read_plan(
        with_own_paths(config, workflow.configfiles), workflow.source_path("../schemas/config.schema.yaml")
    )
except SignspotError as error:
    raise WorkflowError(str(error))

NEEDS, COSTS = Needs(PLAN), Costs(PLAN)
RECOGNITION = RecognitionNeeds(NEEDS)
RETRIEVAL = RetrievalNeeds(NEEDS)
ROUNDS = RoundNeeds(NEEDS)
FILES = PLAN.files
RUN = PLAN.run_files("{run}")
TABLES = [FILES.table(name) for name in ("videos", "annotations", "vocabulary")]
THREADS = COSTS.machine.cores
GPUS = COSTS.machine.gpus


wildcard_constraints:
    video=r"[\w-]+",
    run=r"[\w-]+",
    rounds=r"[\w-]+",
    expert=r"[\w-]+",
    training=r"\d+",
    spotter=r"[\w-]+",
    decoder=r"\w+",
    shard=r"\d+",
    seed=r"\d+",
    split=r"[a-z]+",
    role=r"test|validation",


def scaled(amount):
    """A resource of which every further attempt of a job gets as much again."""
    return lambda wildcards, attempt: attempt * amount


def of_runs(place, runs):
    """A place in the results of each of the runs."""
    return expand(str(place), run=runs)
