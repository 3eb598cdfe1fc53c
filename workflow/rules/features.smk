"""Clip features of every video of a run: a file per video and expert, a job per shard of the videos and expert."""


rule features:
    input:
        unpack(lambda wc: NEEDS.features(**wc)),
    output:
        directory(RUN.features("{expert}", "{shard}")),
    log:
        FILES.log("features", "{run}", "{expert}", "{shard}"),
    benchmark:
        FILES.benchmark("features", "{run}", "{expert}", "{shard}")
    wildcard_constraints:
        expert=PLAN.experts_from("training", "trained"),
    conda:
        "../../envs/signspot.yaml"
    threads: THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * COSTS.features(**wc).mb,
        runtime=lambda wc, attempt: attempt * COSTS.features(**wc).minutes,
        gpu=GPUS,
    params:
        videos=lambda wc: PLAN.shards(wc.run)[wc.shard],
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/features.py"


rule import_features:
    input:
        features=lambda wc: NEEDS.published_features(**wc),
        tables=TABLES,
    output:
        directory(RUN.features("{expert}", "{shard}")),
    log:
        FILES.log("import_features", "{run}", "{expert}", "{shard}"),
    benchmark:
        FILES.benchmark("import_features", "{run}", "{expert}", "{shard}")
    wildcard_constraints:
        expert=PLAN.experts_from("features"),
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(120),
    params:
        job=lambda wc: NEEDS.published_features_job(**wc),
    script:
        "../scripts/import_features.py"
