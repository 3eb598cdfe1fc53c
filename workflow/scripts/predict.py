from pathlib import Path

from signspot.compute.gpus import claim_device
from signspot.logs import stage
from signspot.spotters.bilstm.predict import spot
from signspot.spottings import write_spottings

with stage(snakemake.log[0], snakemake.threads):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    claim_device(snakemake.config.get("device", "auto"))
    features = {video: list(map(Path, paths)) for video, paths in snakemake.params.features.items()}
    found = spot(Path(snakemake.input.spotter).parent, features, snakemake.params.decoders)
    for name, path in zip(snakemake.params.decoders, snakemake.output.decoders, strict=True):
        write_spottings(found[name], path)
    write_spottings(found[snakemake.params.decoder], snakemake.output.spottings)
