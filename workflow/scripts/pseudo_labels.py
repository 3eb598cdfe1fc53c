from pathlib import Path

from signspot.corpus.sentences import read_sentences
from signspot.corpus.tables import read_tables
from signspot.files import write_json
from signspot.labels.gathered import write_gathered
from signspot.logs import job
from signspot.retrieval.pseudo_labels import (
    are_right,
    best_windows,
    lexicon_embeddings,
    measured,
    pseudo_frame_labels,
    read_features,
    threshold_for,
    write_pseudo_labels,
)
from signspot.retrieval.words import SignWords

with job(snakemake):
    told, (table,) = snakemake.params.job, map(Path, snakemake.input.sentences)
    tables = read_tables(*map(Path, snakemake.input.tables))
    sentences, words = read_sentences(table, list(tables.videos["video"])), SignWords.of_vocabulary(tables.vocabulary)
    lexicon, validation, weak = (
        read_features({video: Path(path) for video, path in told["features"][role].items()})
        for role in ("lexicon", "validation", "weak")
    )
    embeddings = lexicon_embeddings(lexicon, told["truth"]["lexicon"], len(told["vocabulary"]))
    known, found = (best_windows(sentences, videos, embeddings, words) for videos in (validation, weak))
    threshold = told["threshold"]
    if threshold is None:
        right = are_right(known, told["truth"]["validation"], validation)
        threshold = threshold_for(known["score"].to_numpy(), right, told["precision"])
    kept = found[found["score"] > threshold]
    write_pseudo_labels(kept, told["vocabulary"], told["round"], Path(snakemake.output.table))
    of_video = {video: pseudo_frame_labels(kept[kept["video"] == video], clips) for video, clips in weak.items()}
    write_gathered(of_video.items(), Path(snakemake.output.labels))
    write_json(
        snakemake.output.summary,
        {
            "round": told["round"],
            "threshold": threshold,
            **measured(found, threshold, told["truth"]["weak"], weak),
            "validation": measured(known, threshold, told["truth"]["validation"], validation),
        },
    )
