import sys

from snakemake.utils import min_version

from signspot.report.ending import ending

min_version("9.0")

# A config given on the command line stands alone: merging it into the embedded one would leak small sizes into real runs.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/corpus.smk"
include: "workflow/rules/crop.smk"
include: "workflow/rules/pose.smk"
include: "workflow/rules/flow.smk"
include: "workflow/rules/labels.smk"
include: "workflow/rules/experts.smk"
include: "workflow/rules/recognition.smk"
include: "workflow/rules/features.smk"
include: "workflow/rules/spotters.smk"
include: "workflow/rules/retrieval.smk"
include: "workflow/rules/rounds.smk"
include: "workflow/rules/scoring.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/export.smk"


# Short: on a cluster they run where snakemake does.
localrules:
    all,
    preprocess,
    experts,
    spottings,
    scores,
    recognition,
    retrieval,
    all_rounds,
    tables,
    pose_summary,
    dropped,
    provenance,
    tune,
    decode,
    score,
    leading_spottings,
    leading_scores,
    fuse,
    recognition_accuracy,
    leading_recognition,
    recognition_page,
    retrieval_page,
    rounds,
    submission,
    report,
    elan,
    review,


# Also what signspot export-model reads but the stores: whatever of it is deleted, the next call makes anew.
rule all:
    default_target: True
    input:
        TABLES,
        [path for run in PLAN.runs for path in NEEDS.networks(run)],
        [PLAN.run_files(run).decoder(*pair) for run in PLAN.runs for pair in NEEDS.decoders(run)],
        of_runs(RUN.submission, PLAN.spotting_runs),
        RECOGNITION.dropped,
        of_runs(RUN.recognition, PLAN.recognising_runs),
        of_runs(RUN.fusion, PLAN.recognising_runs),
        [PLAN.run_files(run).recognition_accuracy(one) for run in PLAN.runs for one in RECOGNITION.streams(run)],
        of_runs(RUN.recognition_page / "index.html", PLAN.recognising_runs),
        of_runs(RUN.retrieval, PLAN.retrieving_runs),
        of_runs(RUN.retrieval_page / "index.html", PLAN.retrieving_runs),
        [FILES.rounds(name).table for name in PLAN.rounds],
        of_runs(RUN.provenance, PLAN.runs),
        of_runs(RUN.scores, PLAN.scored_runs),
        [PLAN.run_files(run).decoded(*pair) for run in PLAN.runs for pair in NEEDS.decoders(run)],
        [PLAN.run_files(run).decoded_scores(*pair) for run in PLAN.scored_runs for pair in NEEDS.decoders(run)],
        of_runs(RUN.report / "index.html", PLAN.reported_runs),
        of_runs(RUN.elan, PLAN.shown_runs),
        of_runs(RUN.review / "index.html", PLAN.shown_runs),
        of_runs(RUN.review / "thumbnails", PLAN.shown_runs),


rule preprocess:
    input:
        lambda wildcards: NEEDS.stores("labels", PLAN.videos),
        lambda wildcards: [store for kind in PLAN.stores for store in NEEDS.stores(kind, PLAN.videos)],
        FILES.pose_summary,


rule experts:
    input:
        [path for run in PLAN.runs for expert in PLAN.needed_experts(run) for path in NEEDS.trainings(run, expert)],


rule spottings:
    input:
        of_runs(RUN.spottings, PLAN.spotting_runs),


rule scores:
    input:
        of_runs(RUN.scores, PLAN.scored_runs),


rule recognition:
    input:
        of_runs(RUN.recognition, PLAN.recognising_runs),
        of_runs(RUN.fusion, PLAN.recognising_runs),
        of_runs(RUN.recognition_page / "index.html", PLAN.recognising_runs),


rule retrieval:
    input:
        of_runs(RUN.retrieval, PLAN.retrieving_runs),
        of_runs(RUN.retrieval_page / "index.html", PLAN.retrieving_runs),


rule all_rounds:
    input:
        [FILES.rounds(name).table for name in PLAN.rounds],


onsuccess:
    said = [ending(run, PLAN.run_files(run), PLAN.runs[run].of("test")) for run in PLAN.runs]
    print("\n".join(filter(None, said)), file=sys.stderr)
