"""Spotters: fit or import them, predict, tune the decoders on validation videos, and decode the test videos."""


rule fit_spotter:
    input:
        unpack(lambda wc: NEEDS.fit(**wc)),
    output:
        weights=RUN.spotter("{spotter}") / "weights.safetensors",
        config=RUN.spotter("{spotter}") / "config.json",
        history=RUN.spotter("{spotter}") / "history.tsv",
    log:
        FILES.log("fit_spotter", "{run}", "{spotter}"),
    benchmark:
        FILES.benchmark("fit_spotter", "{run}", "{spotter}")
    wildcard_constraints:
        spotter=PLAN.spotters_from(trained=False),
    conda:
        "../../envs/signspot.yaml"
    threads: THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * COSTS.fit(**wc).mb,
        runtime=lambda wc, attempt: attempt * COSTS.fit(**wc).minutes,
        gpu=lambda wc: COSTS.spotter_gpus(**wc),
    params:
        job=lambda wc: NEEDS.fit_job(**wc),
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/fit_spotter.py"


rule import_spotter:
    input:
        unpack(lambda wc: NEEDS.imported_spotter(**wc)),
    output:
        weights=RUN.spotter("{spotter}") / "weights.safetensors",
        config=RUN.spotter("{spotter}") / "config.json",
        history=RUN.spotter("{spotter}") / "history.tsv",
    log:
        FILES.log("import_spotter", "{run}", "{spotter}"),
    benchmark:
        FILES.benchmark("import_spotter", "{run}", "{spotter}")
    wildcard_constraints:
        spotter=PLAN.spotters_from(trained=True),
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(30),
    params:
        job=lambda wc: NEEDS.imported_spotter_job(**wc),
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/import_spotter.py"


rule predict:
    input:
        unpack(lambda wc: NEEDS.predict(**wc)),
    output:
        directory(RUN.predictions("{spotter}", "{shard}")),
    log:
        FILES.log("predict", "{run}", "{spotter}", "{shard}"),
    benchmark:
        FILES.benchmark("predict", "{run}", "{spotter}", "{shard}")
    conda:
        "../../envs/signspot.yaml"
    threads: THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * COSTS.predict(**wc).mb,
        runtime=lambda wc, attempt: attempt * COSTS.predict(**wc).minutes,
        gpu=lambda wc: COSTS.spotter_gpus(wc.run, wc.spotter),
    params:
        videos=lambda wc: NEEDS.predict_job(**wc),
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/predict.py"


rule tune:
    input:
        lambda wc: NEEDS.tune(**wc),
    output:
        RUN.decoder("{spotter}", "{decoder}"),
    log:
        FILES.log("tune", "{run}", "{spotter}", "{decoder}"),
    benchmark:
        FILES.benchmark("tune", "{run}", "{spotter}", "{decoder}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        job=lambda wc: NEEDS.tune_job(**wc),
    script:
        "../scripts/tune.py"


rule decode:
    input:
        unpack(lambda wc: NEEDS.decode(**wc)),
    output:
        RUN.decoded("{spotter}", "{decoder}"),
    log:
        FILES.log("decode", "{run}", "{spotter}", "{decoder}"),
    benchmark:
        FILES.benchmark("decode", "{run}", "{spotter}", "{decoder}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        job=lambda wc: NEEDS.decode_job(wc.run, wc.spotter),
    script:
        "../scripts/decode.py"


rule leading_spottings:
    input:
        lambda wc: PLAN.run_files(wc.run).decoded(*NEEDS.leading(wc.run)),
    output:
        RUN.spottings,
    log:
        FILES.log("leading_spottings", "{run}"),
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(10),
    script:
        "../scripts/copy.py"
