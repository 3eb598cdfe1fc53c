"""What every stage needs to know: the corpus, its runs, and where files lie."""

import re

from signspot.corpus.tables import used_parts
from signspot.plan import check_run, read_corpus, run_videos_of

try:
    check_config(config, workflow.source_path("../schemas/config.schema.yaml"))
    RESULTS = f"{config.get('results', 'results')}/{config['corpus']['name']}"
    TABLES = read_corpus(config["corpus"], config["seed"], RESULTS)
    RUN_WARNINGS = {run: check_run(TABLES, run, spec) for run, spec in config["runs"].items()}
except SignspotError as error:
    raise WorkflowError(str(error))

FPS = config["corpus"]["fps"]
STRIDE = config["clips"]["stride"]
EXPERTS = list(config["experts"])
DECODERS = ["published", "cells"]
TRAINING_THREADS = config.get("threads", 1)
ROLES = ("train", "validation", "test")
VIDEOS = sorted({video for run in config["runs"].values() for video in run_videos_of(TABLES, run, *ROLES)})
TRUTH = set(TABLES.annotations["video"])
SCORED_RUNS = [run for run, spec in config["runs"].items() if TRUTH & set(run_videos_of(TABLES, spec, "test"))]
PUBLISHED = config["corpus"]["source"] == "published"
REPORTED_RUNS = [] if PUBLISHED else SCORED_RUNS
STORES = {"rgb": ["crops"], "hands": ["crops", "poses"], "flow": ["flow"], "skeleton": ["poses"]}
SIGNS = TABLES.vocabulary.sort_values("class_id")["sign"].tolist()
PARTS = used_parts(TABLES.videos)
ROWS = TABLES.videos.set_index("video")


wildcard_constraints:
    video=r"[\w-]+",
    expert="|".join(map(re.escape, EXPERTS)),
    run="|".join(map(re.escape, config["runs"])),
    round="round[12]",
    decoder="|".join(DECODERS),


def corpus_sources():
    """The user's own tables, as inputs of the rules that read them."""
    match config["corpus"]:
        case {"source": "tables", "tables": tables}:
            return list(tables.values())
        case {"source": "published", "published": files}:
            return list(files.values())
        case {"source": "signer", "signer": {"timeline": timeline}}:
            return [timeline]
    return []


def video_file(wildcards):
    return ROWS.at[wildcards.video, "path"]


def run_videos(wildcards, *roles):
    return run_videos_of(TABLES, config["runs"][wildcards.run], *roles)


def clip_files(wildcards, *roles):
    """The stores from which an expert cuts the clips of a run's videos."""
    stores = STORES[config["experts"][wildcards.expert]["modality"]["name"]]
    videos = run_videos(wildcards, *roles)
    return expand(f"{RESULTS}/{{store}}/{{video}}.h5", store=sorted({*stores, "labels"}), video=videos)


def previous_round(wildcards):
    if wildcards.round == "round1":
        return []
    return f"{RESULTS}/{wildcards.run}/experts/{wildcards.expert}/round1/weights.safetensors"


def expert_of_round(wildcards):
    """An expert's settings without the recipe of the other round, so that changing one round leaves the other alone."""
    spec = config["experts"][wildcards.expert]
    network = {key: value for key, value in spec.items() if key not in ("round1", "round2")}
    return {"network": network, "recipe": spec[wildcards.round]}
