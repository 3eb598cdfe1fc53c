"""MediaPipe Holistic on the crop, and the 57-joint skeleton."""


rule pose:
    input:
        video=lambda wc: PLAN.media(wc.video),
        crop=FILES.store("crops", "{video}"),
    output:
        FILES.store("poses", "{video}"),
    log:
        FILES.log("pose", "{video}"),
    benchmark:
        FILES.benchmark("pose", "{video}")
    group:
        "preprocess"
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1500),
        runtime=lambda wc, attempt: attempt * COSTS.stage_minutes("pose", wc.video),
    params:
        model_complexity=lambda wildcards: config["pose"]["model_complexity"],
    script:
        "../scripts/pose.py"


rule pose_summary:
    input:
        lambda wildcards: NEEDS.stores("poses", PLAN.videos),
    output:
        FILES.pose_summary,
    log:
        FILES.log("pose_summary"),
    benchmark:
        FILES.benchmark("pose_summary")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(60),
    script:
        "../scripts/pose_summary.py"
