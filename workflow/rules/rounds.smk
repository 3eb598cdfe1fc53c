"""Labels from spottings: the signs of sentences that a round spots for the next one, and what came of all rounds."""


rule pseudo_labels:
    input:
        unpack(lambda wc: ROUNDS.spot(wc.run)),
        tables=TABLES,
    output:
        table=RUN.pseudo_labels,
        labels=RUN.pseudo_frames,
        summary=RUN.pseudo_summary,
    log:
        FILES.log("pseudo_labels", "{run}"),
    benchmark:
        FILES.benchmark("pseudo_labels", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(120),
    params:
        job=lambda wc: ROUNDS.spot_job(wc.run),
    script:
        "../scripts/pseudo_labels.py"


rule rounds:
    input:
        unpack(lambda wc: ROUNDS.rounds(wc.rounds)),
    output:
        rounds=FILES.rounds("{rounds}").table,
        figure=FILES.rounds("{rounds}").figure,
        pseudo_labels=FILES.rounds("{rounds}").pseudo_labels,
    log:
        FILES.log("rounds", "{rounds}"),
    benchmark:
        FILES.benchmark("rounds", "{rounds}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(10),
    params:
        runs=lambda wc: [run.name for run in PLAN.rounds[wc.rounds]],
    script:
        "../scripts/rounds.py"
