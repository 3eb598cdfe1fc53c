"""Frame labels, clip labels and boundary offsets, and a list of what could not be used."""


rule labels:
    input:
        tables=rules.tables.output,
        poses=expand(f"{RESULTS}/poses/{{video}}.h5", video=VIDEOS),
    output:
        labels=expand(f"{RESULTS}/labels/{{video}}.h5", video=VIDEOS),
        dropped=f"{RESULTS}/labels/dropped.tsv",
    log:
        f"{RESULTS}/logs/labels.log",
    benchmark:
        f"{RESULTS}/benchmarks/labels/all.tsv"
    conda:
        "../../envs/signspot.yaml"
    params:
        videos=VIDEOS,
        stride=STRIDE,
    script:
        "../scripts/labels.py"
