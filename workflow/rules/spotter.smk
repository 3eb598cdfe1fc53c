"""The spotting head, trained on the features of all experts."""


rule train_spotter:
    input:
        features=feature_folders,
        labels=lambda wc: clip_labels(wc, "train", "validation"),
    output:
        weights=f"{RESULTS}/{{run}}/spotter/weights.safetensors",
        config=f"{RESULTS}/{{run}}/spotter/config.json",
        history=f"{RESULTS}/{{run}}/spotter/history.tsv",
    log:
        f"{RESULTS}/logs/train_spotter/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    threads: TRAINING_THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt
        * spotter_mb(config["spotter"], longest_clips(wc, "train", "validation"), DEVICE),
        runtime=lambda wc, attempt: attempt
        * spotter_minutes(config["spotter"], clips_of(run_videos(wc, "train", "validation"))),
        gpu=GPUS,
    params:
        spotter=config["spotter"],
        vocabulary=SIGNS,
        train=lambda wc: feature_files(wc, "train"),
        validation=lambda wc: feature_files(wc, "validation"),
        select=lambda wc: config["runs"][wc.run]["select"],
        seed=config["spotter"].get("seed", config["seed"]),
        results=lambda wildcards: RESULTS,
    script:
        "../scripts/train_spotter.py"
