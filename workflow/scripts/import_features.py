from pathlib import Path

from signspot.logs import stage
from signspot.vipl.features import import_features
from signspot.vipl.videos import FeatureFolder

with stage(snakemake.log[0]):
    import_features(
        {
            expert: FeatureFolder(modality, Path(folder))
            for expert, (modality, folder) in snakemake.params.sources.items()
        },
        snakemake.params.ranges,
        [Path(folder) for folder in snakemake.output],
        stride=snakemake.params.stride,
        fps=snakemake.params.fps,
    )
