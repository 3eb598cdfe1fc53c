"""Official and strict scores, of every spotter by every decoder and of the run."""


rule score:
    input:
        spottings=RUN.decoded("{spotter}", "{decoder}"),
        tables=TABLES,
    output:
        RUN.decoded_scores("{spotter}", "{decoder}"),
    log:
        FILES.log("score", "{run}", "{spotter}", "{decoder}"),
    benchmark:
        FILES.benchmark("score", "{run}", "{spotter}", "{decoder}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        test=lambda wc: PLAN.scored(wc.run),
        seed=config["seed"],
    script:
        "../scripts/score.py"


rule leading_scores:
    input:
        lambda wc: PLAN.run_files(wc.run).decoded_scores(*NEEDS.leading(wc.run)),
    output:
        RUN.scores,
    log:
        FILES.log("leading_scores", "{run}"),
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(10),
    script:
        "../scripts/copy.py"
