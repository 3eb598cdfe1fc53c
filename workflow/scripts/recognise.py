from pathlib import Path

from signspot.labels.gathered import read_gathered
from signspot.logs import network_job
from signspot.recognition.recognise import recognise
from signspot.recognition.store import write_logits
from signspot.stores import CorpusFiles
from signspot.training.store import read_config

with network_job(snakemake):
    files = CorpusFiles(snakemake.params.results)
    videos = [files.stores_of(video) for video in snakemake.params.videos]
    labels = read_gathered(map(Path, snakemake.input.labels))
    (weights,) = snakemake.input.weights
    folder = Path(weights).parent
    digest = read_config(folder, ())["weights_sha256"]
    write_logits(recognise(folder, videos, labels), Path(snakemake.output[0]), snakemake.wildcards.expert, digest)
