from pathlib import Path

import pandas as pd

from signspot.export import Run, write_spotted
from signspot.files import sha256
from signspot.logs import stage

with stage(snakemake.log[0]):
    names = {"video": str, "sign": str}
    spottings = pd.read_csv(snakemake.input.spottings, sep="\t", dtype=names, keep_default_na=False)
    run = Run(snakemake.wildcards.run, snakemake.params.vocabulary, f"sha256:{sha256(snakemake.input.spotter)}")
    for video, media in snakemake.params.media.items():
        original = snakemake.params.originals[video]
        write_spotted(
            video,
            spottings[spottings["video"] == video],
            Path(snakemake.output[0]),
            media=Path(media),
            run=run,
            original=Path(original) if original else None,
        )
