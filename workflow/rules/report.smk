"""The run's own page, its figures for `snakemake --report`, and the page to review its videos."""


rule report:
    input:
        tables=rules.tables.output,
        spottings=f"{RESULTS}/{{run}}/spottings.tsv",
        scores=f"{RESULTS}/{{run}}/scores.json",
        decoders=expand(f"{RESULTS}/{{{{run}}}}/decoders/{{decoder}}.json", decoder=DECODERS),
        pose_summary=f"{RESULTS}/poses/summary.tsv",
        dropped=f"{RESULTS}/labels/dropped.tsv",
        labels=lambda wc: stores("labels", scored_videos(wc)),
        histories=expand(
            f"{RESULTS}/{{{{run}}}}/experts/{{expert}}/{{round}}/history.tsv",
            expert=EXPERTS,
            round=["round1", "round2"],
        ),
        spotter=f"{RESULTS}/{{run}}/spotter/history.tsv",
        accuracies=expand(f"{RESULTS}/{{{{run}}}}/experts/{{expert}}/accuracy.json", expert=EXPERTS),
    output:
        page=report(
            f"{RESULTS}/{{run}}/report/index.html",
            caption="../report/page.rst",
            category="Run",
            labels={"run": "{run}", "content": "page"},
        ),
        thresholds=report(
            f"{RESULTS}/{{run}}/report/thresholds.svg",
            caption="../report/thresholds.rst",
            category="Run",
            labels={"run": "{run}", "content": "F1 over IoU thresholds"},
        ),
        timeline=report(
            f"{RESULTS}/{{run}}/report/timeline.svg",
            caption="../report/timeline.rst",
            category="Run",
            labels={"run": "{run}", "content": "timeline of the first test video"},
        ),
    log:
        f"{RESULTS}/logs/report/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        corpus=config["corpus"]["name"],
        decoder=config["decoder"],
        decoders=DECODERS,
        experts=EXPERTS,
        test=scored_videos,
        warnings=lambda wc: RUN_WARNINGS[wc.run],
        logs=f"{RESULTS}/logs",
        review="../review/index.html",
    script:
        "../scripts/report.py"


rule review:
    input:
        tables=rules.tables.output,
        spottings=f"{RESULTS}/{{run}}/spottings.tsv",
        frames=lambda wc: stores("crops", run_videos(wc, "test")),
        labels=lambda wc: stores("labels", run_videos(wc, "test")),
    output:
        page=f"{RESULTS}/{{run}}/review/index.html",
        thumbnails=directory(f"{RESULTS}/{{run}}/review/thumbnails"),
    log:
        f"{RESULTS}/logs/review/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        title=lambda wc: f"{config['corpus']['name']}, run {wc.run}",
        test=lambda wc: run_videos(wc, "test"),
        report=lambda wc: f"{RESULTS}/{wc.run}/report/index.html" if wc.run in REPORTED_RUNS else None,
    script:
        "../scripts/review.py"
