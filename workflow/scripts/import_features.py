from pathlib import Path

from signspot.corpus.published import FeatureFolder
from signspot.logs import stage
from signspot.published_features import import_features

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
