"""TV-L1 optical flow between neighbouring frames of the crop."""


rule flow:
    input:
        f"{RESULTS}/crops/{{video}}.h5",
    output:
        f"{RESULTS}/flow/{{video}}.h5",
    log:
        f"{RESULTS}/logs/flow/{{video}}.log",
    group:
        "preprocess"
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1500),
        runtime=lambda wc, attempt: attempt * stage_minutes("flow", frames_of(wc.video), config["flow"]["size"]),
        gpu=1 if config["flow"].get("engine") == "cuda" else 0,
    params:
        size=config["flow"]["size"],
    script:
        "../scripts/flow.py"
