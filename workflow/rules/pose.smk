"""MediaPipe Holistic on the crop, and the 57-joint skeleton."""


rule pose:
    input:
        video=video_file,
        crop=f"{RESULTS}/crops/{{video}}.h5",
    output:
        f"{RESULTS}/poses/{{video}}.h5",
    log:
        f"{RESULTS}/logs/pose/{{video}}.log",
    group:
        "preprocess"
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1500),
        runtime=lambda wc, attempt: attempt * stage_minutes("pose", frames_of(wc.video)),
    params:
        model_complexity=config["pose"]["model_complexity"],
    script:
        "../scripts/pose.py"


rule pose_summary:
    input:
        lambda wildcards: stores("poses", VIDEOS),
    output:
        f"{RESULTS}/poses/summary.tsv",
    log:
        f"{RESULTS}/logs/pose_summary.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(60),
    script:
        "../scripts/pose_summary.py"
