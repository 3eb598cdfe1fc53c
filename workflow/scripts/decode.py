from pathlib import Path

from signspot.decoders import decode
from signspot.decoders.tuning import read_parameters
from signspot.logs import job
from signspot.predictions import read_predictions
from signspot.spottings import spottings_table, write_spottings

with job(snakemake):
    told, (parameters,) = snakemake.params.job, map(Path, snakemake.input.get("parameters"))
    options = read_parameters(parameters).options
    found, timebases = {}, {}
    for video, path in told["predictions"].items():
        predictions = read_predictions(Path(path))
        found[video] = decode(snakemake.wildcards.decoder, predictions, **options)
        timebases[video] = predictions.timebase
    write_spottings(spottings_table(found, told["vocabulary"], timebases), snakemake.output[0])
