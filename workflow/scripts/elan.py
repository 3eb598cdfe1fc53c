from pathlib import Path

from signspot.export import SpottingSource, write_spotted
from signspot.files import sha256
from signspot.logs import job
from signspot.spottings import read_spottings

with job(snakemake):
    spottings = read_spottings(snakemake.input.spottings)
    source = SpottingSource(
        snakemake.wildcards.run, snakemake.params.vocabulary, f"sha256:{sha256(snakemake.input.spotter)}"
    )
    for video, media in snakemake.params.media.items():
        original = snakemake.params.originals[video]
        write_spotted(
            video,
            spottings[spottings["video"] == video],
            Path(snakemake.output[0]),
            media=Path(media),
            source=source,
            original=Path(original) if original else None,
        )
