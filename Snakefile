from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from signspot.plan.schema import check_config
from signspot.errors import SignspotError

min_version("9.0")

# A config given on the command line stands alone: merging it into the embedded one would leak small sizes into real runs.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/corpus.smk"


if PUBLISHED:

    include: "workflow/rules/published.smk"

else:

    include: "workflow/rules/crop.smk"
    include: "workflow/rules/pose.smk"
    include: "workflow/rules/flow.smk"
    include: "workflow/rules/labels.smk"
    include: "workflow/rules/experts.smk"
    include: "workflow/rules/features.smk"
    include: "workflow/rules/spotter.smk"
    include: "workflow/rules/report.smk"
    include: "workflow/rules/export.smk"


include: "workflow/rules/spotting.smk"
include: "workflow/rules/scoring.smk"
include: "workflow/rules/provenance.smk"


# Short: on a cluster they run where snakemake does.
localrules:
    all,
    preprocess,
    experts,
    spottings,
    scores,
    tables,
    pose_summary,
    dropped,
    provenance,
    score,
    submission,
    report,
    elan,
    review,


rule all:
    default_target: True
    input:
        expand(f"{RESULTS}/{{run}}/{{file}}", run=config["runs"], file=["submission.zip", "provenance.json"]),
        expand(f"{RESULTS}/{{run}}/scores.json", run=SCORED_RUNS),
        expand(f"{RESULTS}/{{run}}/report/index.html", run=REPORTED_RUNS),
        expand(f"{RESULTS}/{{run}}/elan", run=EXPORTED_RUNS),
        expand(f"{RESULTS}/{{run}}/review/index.html", run=REVIEWED_RUNS),


rule preprocess:
    input:
        lambda wildcards: stores("labels", VIDEOS),
        lambda wildcards: stores("flow", VIDEOS),
        f"{RESULTS}/poses/summary.tsv",


rule experts:
    input:
        expand(f"{RESULTS}/{{run}}/experts/{{expert}}/round2/weights.safetensors", run=config["runs"], expert=EXPERTS),


rule spottings:
    input:
        expand(f"{RESULTS}/{{run}}/spottings.tsv", run=config["runs"]),


rule scores:
    input:
        expand(f"{RESULTS}/{{run}}/scores.json", run=SCORED_RUNS),
