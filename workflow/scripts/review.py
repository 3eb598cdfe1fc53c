from pathlib import Path

from signspot.corpus.tables import read_tables
from signspot.labels.frames import read_span_ms
from signspot.logs import job
from signspot.predictions import read_predictions
from signspot.report.review import ReviewVideo, score_curve, write_review
from signspot.spottings import read_spottings

with job(snakemake):
    told = snakemake.params.job
    predictions = told["predictions"]
    tables = read_tables(*map(Path, snakemake.input.tables))
    rows, annotated = tables.videos.set_index("video"), set(tables.annotations["video"])
    stores = snakemake.input.labels, snakemake.input.frames, snakemake.input.poses
    videos = [
        ReviewVideo(
            video,
            Path(rows.at[video, "path"]),
            read_span_ms(Path(labels)),
            Path(frames),
            rows.at[video, "signer"],
            poses=Path(poses),
            # A video to predict has no truth, unless someone annotated it all the same.
            annotated=rows.at[video, "split"] != "predict" or video in annotated,
        )
        for video, labels, frames, poses in zip(predictions, *stores, strict=True)
    ]
    write_review(
        Path(snakemake.output.page).parent,
        title=told["title"],
        run=told["run"],
        videos=videos,
        spottings=read_spottings(snakemake.input.spottings),
        vocabulary=tables.vocabulary,
        annotations=tables.annotations if annotated & set(predictions) else None,
        scores={video: score_curve(read_predictions(Path(path))) for video, path in predictions.items()},
        report=next(map(Path, snakemake.params.report), None),
    )
