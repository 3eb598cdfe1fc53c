"""What a run was made of, for those who use its results elsewhere."""


rule provenance:
    output:
        f"{RESULTS}/{{run}}/provenance.json",
    log:
        f"{RESULTS}/logs/provenance/{{run}}.log",
    conda:
        "../../envs/signspot.yaml"
    resources:
        mem_mb=scaled(1000),
        runtime=scaled(10),
    params:
        provenance=lambda wc: provenance(TABLES, config, wc.run),
    script:
        "../scripts/provenance.py"
