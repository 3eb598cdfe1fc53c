import pandas as pd

from signspot.export import write_submission
from signspot.logs import stage

with stage(snakemake.log[0]):
    spottings = pd.read_csv(snakemake.input[0], sep="\t", dtype={"video": str})
    write_submission(spottings, snakemake.params.test, snakemake.output[0])
