"""The corpus: its three tables, and the videos of the embedded signer."""


rule tables:
    input:
        source_files(PLAN.corpus),
    output:
        TABLES,
    log:
        FILES.log("tables"),
    benchmark:
        FILES.benchmark("tables")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(30),
    params:
        corpus=PLAN.corpus,
        seed=config["seed"],
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/tables.py"


rule render:
    input:
        source_files(PLAN.corpus),
    output:
        FILES.video("{video}"),
    log:
        FILES.log("render", "{video}"),
    benchmark:
        FILES.benchmark("render", "{video}")
    wildcard_constraints:
        video=PLAN.rendered,
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(60),
    params:
        corpus=PLAN.corpus,
        seed=config["seed"],
    script:
        "../scripts/render.py"
