from pathlib import Path

from signspot.experts.accuracy import accuracy
from signspot.files import write_json
from signspot.labels.gathered import read_gathered
from signspot.logs import network_job
from signspot.stores import CorpusFiles

with network_job(snakemake):
    files = CorpusFiles(snakemake.params.results)
    test = [files.stores_of(video) for video in snakemake.params.test]
    labels = read_gathered(map(Path, snakemake.input.labels))
    folders = [Path(weights).parent for weights in snakemake.input.trainings]
    write_json(snakemake.output[0], {folder.name: accuracy(folder, test, labels) for folder in folders})
