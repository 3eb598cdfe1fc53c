"""The expert networks: trained here, one training after the other, or published."""


rule train_expert:
    input:
        unpack(lambda wc: NEEDS.training(**wc)),
    output:
        weights=RUN.expert("{expert}", "{training}") / "weights.safetensors",
        config=RUN.expert("{expert}", "{training}") / "config.json",
        history=RUN.expert("{expert}", "{training}") / "history.tsv",
    log:
        FILES.log("train_expert", "{run}", "{expert}", "{training}"),
    benchmark:
        FILES.benchmark("train_expert", "{run}", "{expert}", "{training}")
    wildcard_constraints:
        expert=PLAN.experts_from("training"),
    conda:
        "../../envs/signspot.yaml"
    threads: THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * COSTS.training(**wc).mb,
        runtime=lambda wc, attempt: attempt * COSTS.training(**wc).minutes,
        gpu=GPUS,
    params:
        job=lambda wc: NEEDS.training_job(**wc),
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/train_expert.py"


rule import_expert:
    input:
        checkpoint=lambda wc: PLAN.expert(wc.run, wc.expert).trained["path"],
    output:
        weights=RUN.expert("{expert}", "{training}") / "weights.safetensors",
        config=RUN.expert("{expert}", "{training}") / "config.json",
        history=RUN.expert("{expert}", "{training}") / "history.tsv",
    log:
        FILES.log("import_expert", "{run}", "{expert}", "{training}"),
    benchmark:
        FILES.benchmark("import_expert", "{run}", "{expert}", "{training}")
    wildcard_constraints:
        expert=PLAN.experts_from("trained"),
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(3000),
        runtime=scaled(30),
    params:
        job=lambda wc: NEEDS.imported_expert(wc.run, wc.expert),
    script:
        "../scripts/import_expert.py"


rule expert_accuracy:
    input:
        unpack(lambda wc: NEEDS.accuracy(**wc)),
    output:
        RUN.accuracy("{expert}"),
    log:
        FILES.log("expert_accuracy", "{run}", "{expert}"),
    benchmark:
        FILES.benchmark("expert_accuracy", "{run}", "{expert}")
    wildcard_constraints:
        expert=PLAN.experts_from("training", "trained"),
    conda:
        "../../envs/signspot.yaml"
    threads: THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * COSTS.accuracy(**wc).mb,
        runtime=lambda wc, attempt: attempt * COSTS.accuracy(**wc).minutes,
        gpu=GPUS,
    params:
        test=lambda wc: PLAN.scored(wc.run),
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/expert_accuracy.py"
