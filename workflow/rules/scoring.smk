"""Official and strict scores, and the hand-in."""


rule score:
    input:
        spottings=f"{RESULTS}/{{run}}/spottings.tsv",
        decoders=expand(f"{RESULTS}/{{{{run}}}}/decoders/{{decoder}}.tsv", decoder=DECODERS),
        tables=rules.tables.output,
    output:
        scores=f"{RESULTS}/{{run}}/scores.json",
        decoders=expand(f"{RESULTS}/{{{{run}}}}/decoders/{{decoder}}.json", decoder=DECODERS),
    log:
        f"{RESULTS}/logs/score/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        test=scored_videos,
        seed=config["seed"],
    script:
        "../scripts/score.py"


rule submission:
    input:
        f"{RESULTS}/{{run}}/spottings.tsv",
    output:
        f"{RESULTS}/{{run}}/submission.zip",
    log:
        f"{RESULTS}/logs/submission/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(10),
    params:
        test=lambda wc: run_videos(wc, "test"),
    script:
        "../scripts/submission.py"
