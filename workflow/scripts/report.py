import logging
from itertools import groupby
from pathlib import Path

from signspot.labels.frames import read_span_ms
from signspot.logs import job
from signspot.report.figures import thresholds_figure, timeline_figure
from signspot.report.inputs import ReportInputs
from signspot.report.page import write_report
from signspot.video.store import picture_warnings

with job(snakemake):
    told, given = snakemake.params.job, snakemake.input
    for warning in told["warnings"]:
        logging.getLogger("signspot").warning("%s", warning)
    titles = [f"{spotter}, {decoder}" for spotter, decoder in told["decoders"]]
    histories = [*told["trainings"], *told["spotters"]]
    videos, annotations, vocabulary = map(Path, given.tables)
    benchmarks = sorted(Path(snakemake.params.benchmarks).glob("*/*.tsv"))
    inputs = ReportInputs(
        corpus=told["corpus"],
        run=snakemake.wildcards.run,
        scores=dict(zip(titles, map(Path, given.scores), strict=True)),
        parameters=dict(zip(titles, map(Path, given.parameters), strict=True)),
        spottings=Path(given.spottings),
        videos=videos,
        annotations=annotations,
        vocabulary=vocabulary,
        pose_summary=Path(given.pose_summary),
        dropped=Path(given.dropped),
        histories=dict(zip(histories, map(Path, given.get("histories", [])), strict=True)),
        accuracies=dict(zip(told["experts"], map(Path, given.get("accuracies", [])), strict=True)),
        benchmarks={stage: list(paths) for stage, paths in groupby(benchmarks, lambda path: path.parent.name)},
        spans_ms={video: read_span_ms(Path(path)) for video, path in zip(told["test"], given.labels, strict=True)},
        warnings=[*told["warnings"], *picture_warnings(given.crops)],
        review=told["review"],
    )
    write_report(inputs, Path(snakemake.output.page))
    thresholds_figure(inputs.scores, Path(snakemake.output.thresholds))
    timeline_figure(inputs, told["test"][0], Path(snakemake.output.timeline))
