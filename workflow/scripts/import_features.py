from pathlib import Path

from signspot.clips.window import Window
from signspot.logs import job
from signspot.vipl.features import import_features
from signspot.vipl.videos import FeatureFolder

with job(snakemake):
    told = snakemake.params.job
    import_features(
        snakemake.wildcards.expert,
        {expert: FeatureFolder(modality, Path(folder)) for expert, (modality, folder) in told["sources"].items()},
        told["ranges"],
        Path(snakemake.output[0]),
        window=Window(**told["window"]),
        fps=told["fps"],
    )
