"""The corpus: its three tables, and the videos of the embedded signer."""


rule tables:
    input:
        *corpus_sources(),
    output:
        videos=f"{RESULTS}/tables/videos.tsv",
        annotations=f"{RESULTS}/tables/annotations.tsv",
        vocabulary=f"{RESULTS}/tables/vocabulary.tsv",
    log:
        f"{RESULTS}/logs/tables.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(30),
    params:
        corpus=config["corpus"],
        seed=config["seed"],
        results=lambda wildcards: RESULTS,
    script:
        "../scripts/tables.py"


if config["corpus"]["source"] == "signer":

    rule render:
        input:
            *corpus_sources(),
        output:
            f"{RESULTS}/videos/{{video}}.mp4",
        log:
            f"{RESULTS}/logs/render/{{video}}.log",
        conda:
            "../../envs/signspot.yaml"
        resources:
            mem_mb=scaled(1000),
            runtime=scaled(60),
        params:
            corpus=config["corpus"],
            seed=config["seed"],
        script:
            "../scripts/render.py"
