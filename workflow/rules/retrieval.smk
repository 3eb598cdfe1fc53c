"""Search of sentences by text: the common space, once per seed, how well all searches find, and a page about that."""


rule space:
    input:
        unpack(lambda wc: RETRIEVAL.space(wc.run)),
        tables=TABLES,
    output:
        weights=RUN.space("{seed}") / "weights.safetensors",
        config=RUN.space("{seed}") / "config.json",
        history=RUN.space("{seed}") / "history.tsv",
    log:
        FILES.log("space", "{run}", "{seed}"),
    benchmark:
        FILES.benchmark("space", "{run}", "{seed}")
    conda:
        "../../envs/signspot.yaml"
    threads: THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * COSTS.space(**wc).mb,
        runtime=lambda wc, attempt: attempt * COSTS.space(**wc).minutes,
        gpu=GPUS,
    params:
        job=lambda wc: RETRIEVAL.space_job(**wc),
    script:
        "../scripts/space.py"


rule retrieve:
    input:
        unpack(lambda wc: RETRIEVAL.retrieve(wc.run)),
        tables=TABLES,
    output:
        retrieval=RUN.retrieval,
        ranks=RUN.ranks,
        rankings=RUN.rankings,
        similarities=RUN.similarities,
    log:
        FILES.log("retrieve", "{run}"),
    benchmark:
        FILES.benchmark("retrieve", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=lambda wc, attempt: attempt * COSTS.retrieve(**wc).mb,
        runtime=lambda wc, attempt: attempt * COSTS.retrieve(**wc).minutes,
    params:
        job=lambda wc: RETRIEVAL.retrieve_job(wc.run),
    script:
        "../scripts/retrieve.py"


rule retrieval_page:
    input:
        scores=RUN.retrieval,
        ranks=RUN.ranks,
        rankings=RUN.rankings,
    output:
        RUN.retrieval_page / "index.html",
    log:
        FILES.log("retrieval_page", "{run}"),
    benchmark:
        FILES.benchmark("retrieval_page", "{run}")
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        job=lambda wc: RETRIEVAL.page_job(wc.run),
    script:
        "../scripts/retrieval_page.py"
