"""Spottings by every decoder, from the spotting head on the features of all experts."""


rule spot:
    input:
        features=feature_folders,
        spotter=f"{RESULTS}/{{run}}/spotter/weights.safetensors",
    output:
        spottings=f"{RESULTS}/{{run}}/spottings.tsv",
        decoders=expand(f"{RESULTS}/{{{{run}}}}/decoders/{{decoder}}.tsv", decoder=DECODERS),
    log:
        f"{RESULTS}/logs/spot/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    threads: TRAINING_THREADS
    resources:
        mem_mb=scaled(4000),
        runtime=scaled(120),
        gpu=GPUS,
    params:
        decoder=config["decoder"],
        decoders=DECODERS,
        features=lambda wc: feature_files(wc, "test"),
    script:
        "../scripts/spot.py"
