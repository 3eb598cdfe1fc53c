"""What people take away from a run: ELAN documents, subtitles and tables of its test videos."""


rule elan:
    input:
        spottings=f"{RESULTS}/{{run}}/spottings.tsv",
        spotter=f"{RESULTS}/{{run}}/spotter/weights.safetensors",
        originals=lambda wc: [original for original in map(original_of, run_videos(wc, "test")) if original],
    output:
        # Updated, not made anew: a document that somebody corrected there is kept.
        update(directory(f"{RESULTS}/{{run}}/elan")),
    log:
        f"{RESULTS}/logs/elan/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(2000),
        runtime=scaled(60),
    params:
        media=lambda wc: {video: ROWS.at[video, "path"] for video in run_videos(wc, "test")},
        originals=lambda wc: {video: original_of(video) for video in run_videos(wc, "test")},
        vocabulary=SIGNS,
    script:
        "../scripts/elan.py"
