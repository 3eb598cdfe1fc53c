"""Clip features that the entry published, in the place of experts trained here: no video is needed."""

from signspot.vipl.videos import usable_ranges
from signspot.plan.corpora import published_files

try:
    FOLDERS = published_files(config, VIDEOS)
except SignspotError as error:
    raise WorkflowError(str(error))

RANGES = usable_ranges(TABLES.videos)


rule import_features:
    input:
        features=lambda wc: [files.path(video) for files in FOLDERS.values() for video in run_videos(wc, "test")],
        videos=config["corpus"]["published"]["videos"],
    output:
        [directory(f"{RESULTS}/{{run}}/features/{expert}/000") for expert in EXPERTS],
    log:
        f"{RESULTS}/logs/import_features/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(120),
    params:
        sources={expert: (files.modality, str(files.folder)) for expert, files in FOLDERS.items()},
        ranges=lambda wc: {video: RANGES[video] for video in run_videos(wc, "test")},
        stride=STRIDE,
        fps=FPS,
    script:
        "../scripts/import_features.py"


rule import_spotter:
    input:
        features=feature_folders,
        checkpoint=config["spotter"]["trained"]["path"],
    output:
        weights=f"{RESULTS}/{{run}}/spotter/weights.safetensors",
        config=f"{RESULTS}/{{run}}/spotter/config.json",
        history=f"{RESULTS}/{{run}}/spotter/history.tsv",
    log:
        f"{RESULTS}/logs/import_spotter/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(30),
    params:
        sha256=config["spotter"]["trained"].get("sha256"),
        vocabulary=SIGNS,
        features=lambda wc: next(iter(feature_files(wc, "test").values())),
    script:
        "../scripts/import_spotter.py"
