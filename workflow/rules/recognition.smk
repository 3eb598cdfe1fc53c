"""Recognition: what experts name single signs, sums of several, their accuracy, and a page about all of them."""


rule recognise:
    input:
        unpack(lambda wc: RECOGNITION.recognise(**wc)),
    output:
        RUN.logits("{expert}", "{role}"),
    log:
        FILES.log("recognise", "{run}", "{expert}", "{role}"),
    benchmark:
        FILES.benchmark("recognise", "{run}", "{expert}", "{role}")
    wildcard_constraints:
        expert=PLAN.experts_from("training", "trained"),
    conda:
        "../../envs/signspot.yaml"
    threads: THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * COSTS.recognition(**wc).mb,
        runtime=lambda wc, attempt: attempt * COSTS.recognition(**wc).minutes,
        gpu=GPUS,
    params:
        videos=lambda wc: RECOGNITION.videos(wc.run, wc.role),
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/recognise.py"


rule recognise_by_nearest:
    input:
        unpack(lambda wc: RECOGNITION.nearest(wc.run)),
    output:
        RUN.logits("nearest", "test"),
    log:
        FILES.log("recognise_by_nearest", "{run}"),
    benchmark:
        FILES.benchmark("recognise_by_nearest", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(4000),
        runtime=scaled(240),
    params:
        job=lambda wc: RECOGNITION.nearest_job(wc.run),
        results=lambda wildcards: str(FILES.folder),
    script:
        "../scripts/recognise_by_nearest.py"


rule fusion:
    input:
        unpack(lambda wc: RECOGNITION.fusion(wc.run)),
    output:
        RUN.fusion,
    log:
        FILES.log("fusion", "{run}"),
    benchmark:
        FILES.benchmark("fusion", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(4000),
        runtime=scaled(120),
    params:
        job=lambda wc: RECOGNITION.fusion_job(wc.run),
    script:
        "../scripts/fusion.py"


rule fuse:
    input:
        unpack(lambda wc: RECOGNITION.fuse(wc.run, wc.fusion)),
    output:
        RUN.logits("{fusion}", "test"),
    log:
        FILES.log("fuse", "{run}", "{fusion}"),
    benchmark:
        FILES.benchmark("fuse", "{run}", "{fusion}")
    wildcard_constraints:
        fusion=PLAN.fusions,
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(30),
    script:
        "../scripts/fuse.py"


rule recognition_accuracy:
    input:
        logits=RUN.logits("{stream}", "test"),
        tables=TABLES,
    output:
        accuracy=RUN.recognition_accuracy("{stream}"),
        recognitions=RUN.recognitions("{stream}"),
    log:
        FILES.log("recognition_accuracy", "{run}", "{stream}"),
    benchmark:
        FILES.benchmark("recognition_accuracy", "{run}", "{stream}")
    wildcard_constraints:
        stream=PLAN.streams,
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        job=lambda wc: RECOGNITION.accuracy_job(wc.run),
    script:
        "../scripts/recognition_accuracy.py"


rule leading_recognition:
    input:
        lambda wc: RECOGNITION.leading(wc.run),
    output:
        RUN.recognition,
    log:
        FILES.log("leading_recognition", "{run}"),
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(10),
    script:
        "../scripts/copy.py"


rule recognition_page:
    input:
        unpack(lambda wc: RECOGNITION.page(wc.run)),
    output:
        RUN.recognition_page / "index.html",
    log:
        FILES.log("recognition_page", "{run}"),
    benchmark:
        FILES.benchmark("recognition_page", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        job=lambda wc: RECOGNITION.page_job(wc.run),
    script:
        "../scripts/recognition_page.py"
