"""Clip features of every video of a run: a file per video and expert, a job per shard of the videos and expert."""


rule features:
    input:
        # The poses, for every modality: they tell the usable range and the rate.
        stores=lambda wc: expert_stores(wc, SHARDS[wc.run][wc.shard], beside=["poses"]),
        weights=f"{RESULTS}/{{run}}/experts/{{expert}}/round2/weights.safetensors",
    output:
        directory(f"{RESULTS}/{{run}}/features/{{expert}}/{{shard}}"),
    log:
        f"{RESULTS}/logs/features/{{run}}.{{expert}}.{{shard}}.log",
    conda:
        "../../envs/signspot.yaml"
    threads: TRAINING_THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * extraction_mb(config["experts"][wc.expert], DEVICE),
        runtime=lambda wc, attempt: attempt
        * extraction_minutes(config["experts"][wc.expert], clips_of(SHARDS[wc.run][wc.shard]), GPUS, TRAINING_THREADS),
        gpu=GPUS,
    params:
        videos=lambda wc: SHARDS[wc.run][wc.shard],
        stride=STRIDE,
        results=lambda wildcards: RESULTS,
    script:
        "../scripts/features.py"
