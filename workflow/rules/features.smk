"""Clip features of every video of a run, one file per video and expert."""


rule features:
    input:
        stores=lambda wc: expert_stores(wc, "train", "validation", "test", beside=["poses"]),
        weights=f"{RESULTS}/{{run}}/experts/{{expert}}/round2/weights.safetensors",
    output:
        directory(f"{RESULTS}/{{run}}/features/{{expert}}"),
    log:
        f"{RESULTS}/logs/features/{{run}}.{{expert}}.log",
    conda:
        "../../envs/signspot.yaml"
    threads: TRAINING_THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * extraction_mb(config["experts"][wc.expert], DEVICE),
        runtime=lambda wc, attempt: attempt
        * extraction_minutes(config["experts"][wc.expert], clips_of(wc, *ROLES), GPUS, TRAINING_THREADS),
        gpu=GPUS,
    params:
        videos=lambda wc: run_videos(wc, "train", "validation", "test"),
        stride=STRIDE,
        results=lambda wildcards: RESULTS,
    script:
        "../scripts/features.py"
