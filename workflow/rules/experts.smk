"""The expert networks: round 1 on the sign clips, round 2 on all clips from the weights of round 1; or published."""

if TRAINED_EXPERTS:

    rule train_expert:
        input:
            train=lambda wc: expert_stores(wc, run_videos(wc, "train")),
            validation=lambda wc: expert_stores(wc, run_videos(wc, "validation")),
            labels=lambda wc: clip_labels(wc, "train", "validation"),
            start=start_of_round,
        output:
            weights=f"{RESULTS}/{{run}}/experts/{{expert}}/{{round}}/weights.safetensors",
            config=f"{RESULTS}/{{run}}/experts/{{expert}}/{{round}}/config.json",
            history=f"{RESULTS}/{{run}}/experts/{{expert}}/{{round}}/history.tsv",
        log:
            f"{RESULTS}/logs/train_expert/{{run}}.{{expert}}.{{round}}.log",
        wildcard_constraints:
            expert="|".join(map(re.escape, TRAINED_EXPERTS)),
        conda:
            "../../envs/signspot.yaml"
        threads: TRAINING_THREADS
        resources:
            mem_mb=lambda wc, attempt: attempt * training_mb(*expert_and_recipe(wc), DEVICE, held_clips_mb(wc)),
            runtime=lambda wc, attempt: attempt
            * training_minutes(
                *expert_and_recipe(wc), clips_of(run_videos(wc, "train", "validation")), GPUS, TRAINING_THREADS
            ),
            gpu=GPUS,
        params:
            expert=expert_of_round,
            vocabulary=SIGNS,
            train=lambda wc: run_videos(wc, "train"),
            validation=lambda wc: run_videos(wc, "validation"),
            select=lambda wc: config["runs"][wc.run]["select"],
            seed=config["seed"],
            stride=STRIDE,
            results=lambda wildcards: RESULTS,
        script:
            "../scripts/train_expert.py"


if IMPORTED_EXPERTS:

    rule import_expert:
        input:
            checkpoint=lambda wc: config["experts"][wc.expert]["trained"]["path"],
        output:
            weights=f"{RESULTS}/{{run}}/experts/{{expert}}/{{round}}/weights.safetensors",
            config=f"{RESULTS}/{{run}}/experts/{{expert}}/{{round}}/config.json",
            history=f"{RESULTS}/{{run}}/experts/{{expert}}/{{round}}/history.tsv",
        log:
            f"{RESULTS}/logs/import_expert/{{run}}.{{expert}}.{{round}}.log",
        wildcard_constraints:
            expert="|".join(map(re.escape, IMPORTED_EXPERTS)),
        conda:
            "../../envs/signspot.yaml"
        resources:
            mem_mb=scaled(3000),
            runtime=scaled(30),
        params:
            network=lambda wc: expert_network(config["experts"][wc.expert]),
            checkpoint=lambda wc: config["experts"][wc.expert]["trained"],
            vocabulary=SIGNS,
            stride=STRIDE,
        script:
            "../scripts/import_expert.py"


rule expert_accuracy:
    input:
        stores=lambda wc: expert_stores(wc, scored_videos(wc)),
        labels=lambda wc: clip_labels(wc, "test"),
        rounds=expand(
            f"{RESULTS}/{{{{run}}}}/experts/{{{{expert}}}}/{{round}}/weights.safetensors", round=["round1", "round2"]
        ),
    output:
        f"{RESULTS}/{{run}}/experts/{{expert}}/accuracy.json",
    log:
        f"{RESULTS}/logs/expert_accuracy/{{run}}.{{expert}}.log",
    conda:
        "../../envs/signspot.yaml"
    threads: TRAINING_THREADS
    resources:
        mem_mb=lambda wc, attempt: attempt * extraction_mb(config["experts"][wc.expert], DEVICE),
        runtime=lambda wc, attempt: attempt
        * 2
        * extraction_minutes(config["experts"][wc.expert], clips_of(scored_videos(wc)), GPUS, TRAINING_THREADS),
        gpu=GPUS,
    params:
        test=scored_videos,
        results=lambda wildcards: RESULTS,
    script:
        "../scripts/expert_accuracy.py"
