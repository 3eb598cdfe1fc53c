"""The spotting head on the features of all experts, and its spottings by every decoder."""


rule train_spotter:
    input:
        features=expand(f"{RESULTS}/{{{{run}}}}/features/{{expert}}", expert=EXPERTS),
        labels=lambda wc: expand(f"{RESULTS}/labels/{{video}}.h5", video=run_videos(wc, "train", "validation")),
    output:
        weights=f"{RESULTS}/{{run}}/spotter/weights.safetensors",
        config=f"{RESULTS}/{{run}}/spotter/config.json",
        history=f"{RESULTS}/{{run}}/spotter/history.tsv",
    log:
        f"{RESULTS}/logs/train_spotter/{{run}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/train_spotter/{{run}}.tsv"
    conda:
        "../../envs/signspot.yaml"
    threads: TRAINING_THREADS
    resources:
        mem_mb=4000,
    params:
        spotter=config["spotter"],
        vocabulary=SIGNS,
        experts=EXPERTS,
        train=lambda wc: run_videos(wc, "train"),
        validation=lambda wc: run_videos(wc, "validation"),
        select=lambda wc: config["runs"][wc.run]["select"],
        seed=config["seed"],
        results=lambda wildcards: RESULTS,
    script:
        "../scripts/train_spotter.py"


rule spot:
    input:
        features=expand(f"{RESULTS}/{{{{run}}}}/features/{{expert}}", expert=EXPERTS),
        spotter=f"{RESULTS}/{{run}}/spotter/weights.safetensors",
        poses=lambda wc: expand(f"{RESULTS}/poses/{{video}}.h5", video=run_videos(wc, "test")),
    output:
        spottings=f"{RESULTS}/{{run}}/spottings.tsv",
        decoders=expand(f"{RESULTS}/{{{{run}}}}/decoders/{{decoder}}.tsv", decoder=DECODERS),
    log:
        f"{RESULTS}/logs/spot/{{run}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/spot/{{run}}.tsv"
    conda:
        "../../envs/signspot.yaml"
    threads: TRAINING_THREADS
    resources:
        mem_mb=3000,
    params:
        experts=EXPERTS,
        decoder=config["decoder"],
        decoders=DECODERS,
        test=lambda wc: run_videos(wc, "test"),
    script:
        "../scripts/spot.py"
