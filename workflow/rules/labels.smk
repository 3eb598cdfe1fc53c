"""Frame labels, clip labels and boundary offsets; those of all clips of a split; what could not be used."""


rule labels:
    input:
        f"{RESULTS}/poses/{{video}}.h5",
    output:
        f"{RESULTS}/labels/{{video}}.h5",
    log:
        f"{RESULTS}/logs/labels/{{video}}.log",
    group:
        "preprocess"
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        # Not from the table: when a row of another video changes, or a video is added, these labels stay, and so does
        # all that was trained on them.
        annotations=lambda wildcards: annotations().get(wildcards.video, []),
        stride=STRIDE,
    script:
        "../scripts/labels.py"


rule clips:
    input:
        lambda wildcards: stores("labels", TABLES.of([wildcards.split])),
    output:
        f"{RESULTS}/clips/{{split}}.h5",
    log:
        f"{RESULTS}/logs/clips/{{split}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(60),
    params:
        videos=lambda wildcards: TABLES.of([wildcards.split]),
    script:
        "../scripts/clips.py"


rule dropped:
    input:
        tables=rules.tables.output,
        labels=lambda wildcards: stores("labels", VIDEOS),
    output:
        f"{RESULTS}/labels/dropped.tsv",
    log:
        f"{RESULTS}/logs/dropped.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        videos=VIDEOS,
    script:
        "../scripts/dropped.py"
