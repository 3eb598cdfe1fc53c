"""Decode, crop about the signer and scale to 256x256: the frame store."""


rule crop:
    input:
        lambda wc: PLAN.media(wc.video),
    output:
        FILES.store("crops", "{video}"),
    log:
        FILES.log("crop", "{video}"),
    benchmark:
        FILES.benchmark("crop", "{video}")
    group:
        "preprocess"
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1500),
        runtime=lambda wc, attempt: attempt * COSTS.stage_minutes("crop", wc.video),
    params:
        fps=PLAN.corpus["fps"],
        part=lambda wc: PLAN.parts[wc.video],
        region=lambda wc: PLAN.regions[wc.video],
    script:
        "../scripts/crop.py"
