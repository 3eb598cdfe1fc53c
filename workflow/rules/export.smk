"""What people take away from a run: the hand-in, ELAN documents with subtitles and tables, what the run was made of."""


rule submission:
    input:
        RUN.spottings,
    output:
        RUN.submission,
    log:
        FILES.log("submission", "{run}"),
    benchmark:
        FILES.benchmark("submission", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(10),
    params:
        test=lambda wc: PLAN.runs[wc.run].of("test"),
    script:
        "../scripts/submission.py"


rule elan:
    input:
        spottings=RUN.spottings,
        spotter=lambda wc: PLAN.run_files(wc.run).spotter(PLAN.runs[wc.run].spotter) / "weights.safetensors",
        originals=lambda wc: [*filter(None, map(PLAN.original, PLAN.runs[wc.run].of("test")))],
    output:
        # Updated, not made anew: a document that somebody corrected there is kept.
        update(directory(RUN.elan)),
    log:
        FILES.log("elan", "{run}"),
    benchmark:
        FILES.benchmark("elan", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        media=lambda wc: {video: PLAN.media(video) for video in PLAN.runs[wc.run].of("test")},
        originals=lambda wc: {video: PLAN.original(video) for video in PLAN.runs[wc.run].of("test")},
        vocabulary=PLAN.signs,
    script:
        "../scripts/elan.py"


rule provenance:
    output:
        RUN.provenance,
    log:
        FILES.log("provenance", "{run}"),
    benchmark:
        FILES.benchmark("provenance", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(10),
    params:
        provenance=lambda wc: provenance(PLAN, wc.run),
    script:
        "../scripts/provenance.py"
