"""Frame labels, clip labels and boundary offsets, and a list of what could not be used."""


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
    params:
        # Not from the table: when a row of another video changes, or a video is added, these labels stay, and so does
        # all that was trained on them.
        annotations=lambda wildcards: annotations().get(wildcards.video, []),
        stride=STRIDE,
    script:
        "../scripts/labels.py"


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
    params:
        videos=VIDEOS,
    script:
        "../scripts/dropped.py"
