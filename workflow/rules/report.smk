"""The run's own page, its figures for `snakemake --report`, and the page to review its videos."""


rule report:
    input:
        unpack(lambda wc: NEEDS.report(**wc)),
    output:
        page=report(
            RUN.report / "index.html",
            caption="../report/page.rst",
            category="Run",
            labels={"run": "{run}", "content": "page"},
        ),
        thresholds=report(
            RUN.report / "thresholds.svg",
            caption="../report/thresholds.rst",
            category="Run",
            labels={"run": "{run}", "content": "F1 over IoU thresholds"},
        ),
        timeline=report(
            RUN.report / "timeline.svg",
            caption="../report/timeline.rst",
            category="Run",
            labels={"run": "{run}", "content": "timeline of the first test video"},
        ),
    log:
        FILES.log("report", "{run}"),
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        job=lambda wc: NEEDS.report_job(**wc),
        benchmarks=lambda wildcards: str(FILES.benchmarks),
    script:
        "../scripts/report.py"


rule review:
    input:
        unpack(lambda wc: NEEDS.review(**wc)),
        tables=TABLES,
        spottings=RUN.spottings,
    output:
        page=RUN.review / "index.html",
        thumbnails=directory(RUN.review / "thumbnails"),
        tracks=directory(RUN.review / "tracks"),
    log:
        FILES.log("review", "{run}"),
    benchmark:
        FILES.benchmark("review", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        job=lambda wc: NEEDS.review_job(**wc),
        report=lambda wc: [str(PLAN.run_files(wc.run).report / "index.html")] * (wc.run in PLAN.reported_runs),
    script:
        "../scripts/review.py"
