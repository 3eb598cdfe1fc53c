from pathlib import Path

from signspot.compute.gpus import claim_device
from signspot.experts import accuracy
from signspot.files import write_json
from signspot.labels.clips import read_gathered
from signspot.logs import stage
from signspot.stores import stores_of

with stage(snakemake.log[0], snakemake.threads):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    claim_device(snakemake.config.get("device", "auto"))
    test = [stores_of(snakemake.params.results, video) for video in snakemake.params.test]
    labels = read_gathered(map(Path, snakemake.input.labels))
    folders = [Path(weights).parent for weights in snakemake.input.rounds]
    write_json(snakemake.output[0], {folder.name: accuracy(folder, test, labels=labels) for folder in folders})
