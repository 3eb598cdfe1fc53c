"""The commands on the pages of the documentation, and which test runs a command of this form."""

WHEEL = "tests/packaged/test_wheel.py::test_a_job_tells_the_commit_of_the_wheel"
WORKFLOW = "tests/workflow/test_workflow.py::TestTinyCorpus"
ANEW = f"{WORKFLOW}::test_a_store_can_be_made_anew_without_what_follows_from_it"
FIND = "tests/find/test_find.py::test_all_files_are_written"
PART = "tests/find/test_find.py::test_a_part_of_a_video_is_looked_for"
INIT = "tests/intake/test_init.py::test_a_copied_corpus_means_itself"
SPLIT = "tests/intake/test_split.py::test_shares_by_signer"
SPOT = "tests/model/test_spot.py::test_gives_what_the_workflow_gave"
RECOGNISE = "tests/scenarios/test_scenarios.py::test_the_model_of_a_run_names_the_signs_of_clips_as_the_run_did"
CONVERTED = "tests/intake/test_convert_clips.py"
SEARCH = "tests/search/test_search.py"
SPACES = "tests/search/test_spaces.py::test_sentences_are_ranked_as_the_run_ranks_them"
PLANNED = "a test plans its jobs, and each rule is run on a smaller corpus"
PODMAN = "not run: it needs Podman, with which it was tried by hand"

CALLS = {
    # The workflow
    "pip install .": "not run: the tests run where this command, or one like it, has installed signspot",
    "signspot run": f"not run: it takes minutes; {PLANNED}",
    "signspot run --cores 4 --configfile interviews/signspot/config.yaml": WHEEL,
    "signspot run --cores 16 --configfile my.yaml": WHEEL,
    "signspot run --cores 16 --configfile my_chalearn2022.yaml": (
        "not run: it needs the videos of the challenge; a test plans its jobs on files of the same names"
    ),
    "signspot run --configfile config/published_features.yaml": (
        "tests/workflow/test_published_features.py::test_the_hand_in_has_the_form_of_the_challenge"
    ),
    "signspot run --configfile config/embedded_hsi3d.yaml": (
        "not run: it takes minutes; a test runs the same system on a smaller corpus"
    ),
    "signspot run --configfile config/embedded_baseline.yaml": (
        "not run: it takes minutes; a test runs the same system on a smaller corpus"
    ),
    "signspot run --configfile config/embedded_isolated.yaml": f"not run: it takes minutes; {PLANNED}",
    "signspot run --cores 16 --profile slurm --configfile my.yaml": (
        "tests/slurm/test_slurm.py::test_signspot_run_needs_no_clone"
    ),
    "for i in $(seq 10); do signspot run --profile slurm --cores 100 --batch preprocess=$i/10 -- preprocess; done": (
        "not run: it is for thousands of videos on a cluster"
    ),
    "signspot run -n": "tests/packaged/test_wheel.py::test_without_a_configuration_it_runs_the_embedded_corpus",
    "signspot run --forcerun flow": f"{WORKFLOW}::test_forcing_the_flow_leaves_the_other_experts_alone",
    "signspot run preprocess": "not run: it makes a part of what `signspot run` makes",
    "signspot run --report report.zip": "not run: Snakemake alone writes this report",
    "signspot run --unlock --configfile my.yaml": (
        "tests/slurm/test_slurm.py::TestTheTinyCorpus::test_goes_from_video_to_hand_in"
    ),
    "signspot run --cores 1 -- results/mine/crops/interview_01.h5": ANEW,
    "touch -r results/mine/crops/interview_01.h5.damaged results/mine/crops/interview_01.h5": ANEW,
    "signspot run --cores 8": ANEW,
    "signspot results accept results/mine": (
        "tests/workflow/test_results.py::test_copied_results_are_accepted_and_still_compared"
    ),
    "uv build --wheel && podman build --tag signspot --file envs/Containerfile .": PODMAN,
    'podman run --rm --volume "$PWD:/data" signspot run --configfile my.yaml': PODMAN,
    "podman save --output signspot.tar signspot && apptainer build signspot.sif docker-archive:signspot.tar": (
        "not run: it needs Podman and Apptainer"
    ),
    # From a few examples
    "signspot find --examples lexicon interviews --out found --work work": FIND,
    "signspot find --examples lexicon --examples corrected interviews --out found2 --work work": FIND,
    "signspot find --example clip.mp4 interviews --out places --work work": PART,
    "signspot find --example recording.mp4@1:02.3-1:03.1 interviews --out places2 --work work": PART,
    # A corpus of one's own
    "signspot corpus init interviews": INIT,
    "signspot corpus init interviews --signer-pattern '([a-z]+)_.*'": (
        "tests/intake/test_glosses.py::test_signers_by_pattern_and_by_participant"
    ),
    "signspot corpus split interviews/signspot/videos.tsv --shares train=70,val=15,test=15": SPLIT,
    "signspot corrections apply corrections.json --videos results/interviews/tables/videos.tsv --out corrected": (
        "tests/corrections/test_apply.py::test_finished_videos_are_truth_and_the_rest_stays"
    ),
    "signspot convert-clips WLASL_v0.3.json --videos videos --out wlasl100 --signs 100": (
        f"{CONVERTED}::test_what_is_written_is_a_corpus"
    ),
    "signspot convert-clips train=MSASL_train.json val=MSASL_val.json test=MSASL_test.json --videos videos"
    " --out msasl": f"{CONVERTED}::test_msasl_takes_parts_of_videos_and_splits_by_file",
    "signspot convert-clips train=train_labels.csv val=val_labels.csv test=test_labels.csv"
    " --classes SignList_ClassId_TR_EN.csv --videos autsl --out autsl": (
        f"{CONVERTED}::test_autsl_takes_colours_classes_and_signers_of_names"
    ),
    # Models
    "signspot export-model results/interviews/runs/first --out model": SPOT,
    "signspot spot new_videos --model model --out spotted": SPOT,
    "signspot spot new_videos more.mp4 --model model --out spotted --jobs 2": SPOT,
    "signspot export-model results/lexicon/runs/final --out signs": RECOGNISE,
    "signspot recognise clips more.mp4 --model signs --out recognised": RECOGNISE,
    "signspot export-elan spottings.tsv --videos videos.tsv --out folder": (
        "tests/export/test_command.py::test_every_spotted_video_gets_its_files"
    ),
    # Scores
    "signspot score --truth annotations.tsv --predictions spottings.tsv": (
        "tests/test_cli.py::test_text_shows_the_scores"
    ),
    "signspot score --truth corrected --tier 'GLOSS_*' --predictions spotted --spotted-tier signspot:model": (
        "tests/evaluation/test_score.py::test_tiers_are_chosen_by_name_pattern_and_type"
    ),
    "signspot compare results/mine/runs/first results/mine/runs/second --out page": (
        "tests/evaluation/test_compare.py::test_the_page_is_written_and_named"
    ),
    "signspot compare one.tsv two/elan --truth results/mine/tables": (
        "tests/evaluation/test_compare.py::test_files_are_compared_with_the_truth_that_is_named"
    ),
    "signspot merge run_b/spottings.tsv run_a/spottings.tsv --out spottings.tsv": (
        "tests/test_cli.py::test_merge_writes_one_table_in_which_the_last_file_leads"
    ),
    # Search
    "signspot index interviews/signspot --out index": f"{SEARCH}::test_annotations",
    "signspot search 'HOUSE BUY' --index index --limit 2": f"{SEARCH}::test_the_table_for_people",
    "signspot index interviews/signspot --space results/interviews/runs/first --out index": SPACES,
    "signspot search --like 'someone falls ill' --index index": SPACES,
    # Measurements
    "python benchmarks/scaling.py VIDEO --minutes 3 60 --processes 1 --flow-size 64"
    " --out benchmarks/results/minutes.json --stages crop pose-repeated flow loader-rgb loader-flow"
    " features-skeleton features-rgb": "not run: it is a measurement, on a video that is not in the repository",
    "signspot convert-csv --annotations annotations.csv real_timed_annotations.csv --videos splits.csv"
    " --vocabulary labels.csv --column sign=label --column class_id=label_id --split test=val"
    " --split test_real=test --split test_weak= --media 'videos/{video}.mp4' --out data/one_signer": (
        "tests/corpus/test_csv.py::test_command_writes_tables_that_read_back"
    ),
    "snakemake --cores 2 --configfile benchmarks/one_signer.yaml": (
        "not run: it trains on recordings that are not in the repository"
    ),
}
"""By command, in one line and without its comment: the test that runs it, or ``not run: `` and the reason.

The reason stands below the command on the site.
"""
