"""Decode, crop about the signer and scale to 256x256: the frame store."""


rule crop:
    input:
        video_file,
    output:
        f"{RESULTS}/crops/{{video}}.h5",
    log:
        f"{RESULTS}/logs/crop/{{video}}.log",
    group:
        "preprocess"
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1500),
        runtime=lambda wc, attempt: attempt * stage_minutes("crop", frames_of(wc.video)),
    params:
        fps=FPS,
        part=lambda wildcards: PARTS[wildcards.video],
    script:
        "../scripts/crop.py"
