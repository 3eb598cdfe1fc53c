import logging
from pathlib import Path

from signspot.labels.frames import read_span_ms
from signspot.logs import job
from signspot.report import RunFiles, thresholds_figure, timeline_figure, write_report

# The order in which a reader follows the data; stages that this corpus does not have are left out.
STAGES = [
    *(
        "render",
        "crop",
        "pose",
        "flow",
        "labels",
        "clips",
        "train_expert",
        "import_expert",
        "expert_accuracy",
        "features",
    ),
    *("train_spotter", "spot", "score"),
]

with job(snakemake):
    for warning in snakemake.params.warnings:
        logging.getLogger("signspot").warning("%s", warning)
    rounds = [f"{expert}, {round}" for expert in snakemake.params.experts for round in ("round 1", "round 2")]
    logs = {name: sorted(Path(snakemake.params.logs, name).glob("*.log")) for name in STAGES}
    videos, annotations, vocabulary = map(Path, snakemake.input.tables)
    files = RunFiles(
        corpus=snakemake.params.corpus,
        run=snakemake.wildcards.run,
        decoder=snakemake.params.decoder,
        scores=Path(snakemake.input.scores),
        decoder_scores=dict(zip(snakemake.params.decoders, map(Path, snakemake.input.decoders), strict=True)),
        spottings=Path(snakemake.input.spottings),
        videos=videos,
        annotations=annotations,
        vocabulary=vocabulary,
        pose_summary=Path(snakemake.input.pose_summary),
        dropped=Path(snakemake.input.dropped),
        histories=dict(zip(rounds, map(Path, snakemake.input.histories), strict=True))
        | {"spotter": Path(snakemake.input.spotter)},
        accuracies=dict(zip(snakemake.params.experts, map(Path, snakemake.input.accuracies), strict=True)),
        logs={name: paths for name, paths in logs.items() if paths},
        spans_ms={
            video: read_span_ms(Path(path))
            for video, path in zip(snakemake.params.test, snakemake.input.labels, strict=True)
        },
        warnings=snakemake.params.warnings,
        review=snakemake.params.review,
    )
    write_report(files, Path(snakemake.output.page))
    thresholds_figure(files.decoder_scores, Path(snakemake.output.thresholds))
    timeline_figure(files, snakemake.params.test[0], Path(snakemake.output.timeline))
