from pathlib import Path

from signspot.decoders.tuning import tune, write_parameters
from signspot.logs import job
from signspot.predictions import read_predictions

with job(snakemake):
    told = snakemake.params.job
    predictions = {video: read_predictions(Path(path)) for video, path in told["predictions"].items()}
    parameters = tune(snakemake.wildcards.decoder, told["options"], predictions, told["truth"])
    write_parameters(parameters, Path(snakemake.output[0]))
