from pathlib import Path

from signspot.clips.modalities import build_modality
from signspot.labels.gathered import read_gathered
from signspot.logs import job
from signspot.recognition.nearest import recognise_by_nearest
from signspot.recognition.store import write_logits
from signspot.stores import CorpusFiles

with job(snakemake):
    told, files = snakemake.params.job, CorpusFiles(snakemake.params.results)
    train, test = ([files.stores_of(video) for video in told[role]] for role in ("train", "test"))
    labels = read_gathered(map(Path, snakemake.input.labels))
    modality = build_modality(**told["modality"])
    recognitions = recognise_by_nearest(modality, train, test, labels, told["vocabulary"])
    write_logits(recognitions, Path(snakemake.output[0]), "nearest")
