from pathlib import Path

from signspot.logs import job
from signspot.recognition import read_accuracy, read_fusion, read_recognitions
from signspot.report.inputs import read_table
from signspot.report.recognition import Stream, write_recognition

CURVES = ("epoch", "train_accuracy", "validation_accuracy")

with job(snakemake):
    told, files = snakemake.params.job, snakemake.input
    accuracies, tables = (
        dict(zip(told["streams"], map(Path, paths), strict=True)) for paths in (files.accuracies, files.tables)
    )
    write_recognition(
        Path(snakemake.output[0]).parent,
        title=told["title"],
        streams={
            name: Stream(read_accuracy(accuracies[name]), read_recognitions(tables[name])) for name in told["streams"]
        },
        fusion=read_fusion(Path(files.fusion)),
        videos={video: Path(path) for video, path in told["videos"].items()},
        histories={
            name: read_table(Path(path), numbers=CURVES)
            for name, path in zip(told["trainings"], files.get("histories", []), strict=True)
        },
    )
