"""What every stage needs to know: the corpus, its runs, and where files lie."""

import re
from functools import cache

from signspot.corpus.tables import SPLITS, class_ids, used_parts
from signspot.labels.frames import annotations_by_video
from signspot.plan.corpora import (
    check_checkpoints,
    check_run,
    provenance,
    read_corpus,
    run_splits,
    run_videos_of,
    shards_of,
)
from signspot.plan.resources import (
    clips_mb,
    extraction_mb,
    extraction_minutes,
    sign_clips,
    spotter_mb,
    spotter_minutes,
    stage_minutes,
    training_mb,
    training_minutes,
    video_seconds,
)

try:
    check_config(config, workflow.source_path("../schemas/config.schema.yaml"))
    check_checkpoints(config["experts"])
    RESULTS = f"{config.get('results', 'results')}/{config['corpus']['name']}"
    TABLES = read_corpus(config["corpus"], config["seed"], RESULTS)
    RUN_WARNINGS = {run: check_run(TABLES, run, spec) for run, spec in config["runs"].items()}
except SignspotError as error:
    raise WorkflowError(str(error))

FPS = config["corpus"]["fps"]
STRIDE = config["clips"]["stride"]
EXPERTS = list(config["experts"])
IMPORTED_EXPERTS = [name for name, spec in config["experts"].items() if "trained" in spec]
TRAINED_EXPERTS = [name for name in EXPERTS if name not in IMPORTED_EXPERTS]
DECODERS = ["published", "cells"]
TRAINING_THREADS = config.get("threads", 1)
DEVICE = config.get("device", "auto")
# Of the jobs that compute with networks.
GPUS = 0 if DEVICE == "cpu" else 1
ROLES = ("train", "validation", "test")
VIDEOS = sorted({video for run in config["runs"].values() for video in run_videos_of(TABLES, run, *ROLES)})
TRUTH = set(TABLES.annotations["video"])
SCORED_RUNS = [run for run, spec in config["runs"].items() if TRUTH & set(run_videos_of(TABLES, spec, "test"))]
PUBLISHED = config["corpus"]["source"] == "published"
REPORTED_RUNS = [] if PUBLISHED else SCORED_RUNS
EXPORTED_RUNS = [] if PUBLISHED else list(config["runs"])
REVIEWED_RUNS = [] if PUBLISHED else list(config["runs"])
# Features come from one job per expert and shard; what is published comes from one job.
SHARD_SIZE = len(VIDEOS) if PUBLISHED else config.get("videos_per_job", 100)
SHARDS = {run: shards_of(run_videos_of(TABLES, spec, *ROLES), SHARD_SIZE) for run, spec in config["runs"].items()}
SHARD_OF = {run: {video: shard for shard in shards for video in shards[shard]} for run, shards in SHARDS.items()}
STORES = {"rgb": ["crops"], "hands": ["crops", "poses"], "flow": ["flow"], "skeleton": ["poses"]}
SIGNS = TABLES.vocabulary.sort_values("class_id")["sign"].tolist()
PARTS = used_parts(TABLES.videos)
ROWS = TABLES.videos.set_index("video")


wildcard_constraints:
    video=r"[\w-]+",
    expert="|".join(map(re.escape, EXPERTS)),
    run="|".join(map(re.escape, config["runs"])),
    round="round[12]",
    shard=r"\d+",
    split="|".join(SPLITS),
    decoder="|".join(DECODERS),


def scaled(amount):
    """A resource of which every further attempt of a job gets as much again."""
    return lambda wildcards, attempt: attempt * amount


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


def original_of(video):
    """The annotator's ELAN document of a video; "" if there is none."""
    return ROWS.at[video, "annotation"] if "annotation" in ROWS else ""


@cache
def annotations():
    """Those of each video, made only where a job needs them: on a cluster every job reads these rules anew."""
    return annotations_by_video(TABLES.annotations, class_ids(TABLES.vocabulary))


@cache
def seconds():
    """About how long each video lasts; made only where a job needs them, as above."""
    return video_seconds(TABLES)


def frames_of(video):
    return FPS * seconds()[video]


def clips_of(videos):
    """About how many clips videos have together."""
    return sum(map(frames_of, videos)) / STRIDE


@cache
def clips_with_signs():
    """About how many each annotated video has."""
    return sign_clips(TABLES, FPS, STRIDE)


def held_clips_mb(wildcards):
    """Memory of the training clips that a round keeps from epoch to epoch."""
    spec, recipe = expert_and_recipe(wildcards)
    if not recipe.get("in_memory", False):
        return 0
    videos = run_videos(wildcards, "train")
    signs = sum(clips_with_signs().get(video, 0) for video in videos)
    clips = signs if wildcards.round == "round1" else clips_of(videos)
    return clips_mb(spec["modality"]["name"], clips, config["flow"]["size"])


def longest_clips(wildcards, *roles):
    return max(map(frames_of, run_videos(wildcards, *roles))) / STRIDE


def run_videos(wildcards, *roles):
    return run_videos_of(TABLES, config["runs"][wildcards.run], *roles)


def scored_videos(wildcards):
    """Test videos that have a truth to compare with; those of the split predict have none, unless annotated."""
    videos = run_videos(wildcards, "test")
    return [video for video in videos if ROWS.at[video, "split"] != "predict" or video in TRUTH]


def stores(kind, videos):
    return [f"{RESULTS}/{kind}/{video}.h5" for video in videos]


def expert_stores(wildcards, videos, beside=()):
    """The stores from which an expert cuts the clips of videos, and others that are read beside them."""
    kinds = STORES[config["experts"][wildcards.expert]["modality"]["name"]]
    return [file for kind in sorted({*kinds, *beside}) for file in stores(kind, videos)]


def clip_labels(wildcards, *roles):
    """The gathered labels of a run's videos."""
    return [f"{RESULTS}/clips/{split}.h5" for split in run_splits(config["runs"][wildcards.run], *roles)]


def feature_folders(wildcards):
    """The outputs of the feature jobs of a run."""
    return expand(
        f"{RESULTS}/{wildcards.run}/features/{{expert}}/{{shard}}", expert=EXPERTS, shard=SHARDS[wildcards.run]
    )


def feature_files(wildcards, *roles):
    """Feature files of a run's videos, by video and in the order of the experts."""
    folder, shard_of = f"{RESULTS}/{wildcards.run}/features", SHARD_OF[wildcards.run]
    videos = run_videos(wildcards, *roles)
    return {video: [f"{folder}/{expert}/{shard_of[video]}/{video}.h5" for expert in EXPERTS] for video in videos}


def start_of_round(wildcards):
    """Weights from which a round starts: published ones or none for the first, those of the first for the second."""
    if wildcards.round == "round2":
        return f"{RESULTS}/{wildcards.run}/experts/{wildcards.expert}/round1/weights.safetensors"
    return config["experts"][wildcards.expert].get("pretrained", {}).get("path", [])


def expert_of_round(wildcards):
    """An expert's settings without the recipe of the other round, so that changing one round leaves the other alone."""
    spec = config["experts"][wildcards.expert]
    settings = {"network": expert_network(spec), "recipe": spec[wildcards.round]}
    if wildcards.round == "round1" and "pretrained" in spec:
        settings["pretrained"] = spec["pretrained"]
    return settings


def expert_and_recipe(wildcards):
    spec = config["experts"][wildcards.expert]
    return spec, spec[wildcards.round]


def expert_network(spec):
    return {key: value for key, value in spec.items() if key not in ("round1", "round2", "pretrained", "trained")}
