"""Frame labels of each video, those of all videos of a split, and what could not be used."""


rule labels:
    input:
        FILES.store("poses", "{video}"),
    output:
        FILES.store("labels", "{video}"),
    log:
        FILES.log("labels", "{video}"),
    benchmark:
        FILES.benchmark("labels", "{video}")
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
        annotations=lambda wc: NEEDS.annotations(wc.video),
    script:
        "../scripts/labels.py"


rule gather_labels:
    input:
        lambda wc: NEEDS.stores("labels", PLAN.tables.of([wc.split])),
    output:
        FILES.gathered_labels("{split}"),
    log:
        FILES.log("gather_labels", "{split}"),
    benchmark:
        FILES.benchmark("gather_labels", "{split}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(60),
    params:
        videos=lambda wc: PLAN.tables.of([wc.split]),
    script:
        "../scripts/gather_labels.py"


rule dropped:
    input:
        tables=TABLES,
        labels=lambda wildcards: NEEDS.stores("labels", PLAN.videos),
    output:
        FILES.dropped,
    log:
        FILES.log("dropped"),
    benchmark:
        FILES.benchmark("dropped")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        videos=PLAN.videos,
        window=PLAN.least_sign,
    script:
        "../scripts/dropped.py"
