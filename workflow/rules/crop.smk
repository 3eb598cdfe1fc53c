"""Decode, crop about the signer and scale to 256x256: the frame store."""


rule crop:
    input:
        video_file,
    output:
        f"{RESULTS}/crops/{{video}}.h5",
    params:
        fps=FPS,
    log:
        f"{RESULTS}/logs/crop/{{video}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/crop/{{video}}.tsv"
    resources:
        mem_mb=1500,
    script:
        "../scripts/crop.py"
