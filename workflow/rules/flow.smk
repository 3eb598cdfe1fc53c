"""TV-L1 optical flow between neighbouring frames of the crop."""


rule flow:
    input:
        FILES.store("crops", "{video}"),
    output:
        FILES.store("flow", "{video}"),
    log:
        FILES.log("flow", "{video}"),
    benchmark:
        FILES.benchmark("flow", "{video}")
    group:
        "preprocess"
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1500),
        runtime=lambda wc, attempt: attempt * COSTS.stage_minutes("flow", wc.video),
        gpu=lambda wildcards: int(config["flow"].get("engine") == "cuda"),
    params:
        size=lambda wildcards: config["flow"]["size"],
    script:
        "../scripts/flow.py"
