from signspot.flow.store import write_flow
from signspot.logs import stage

with stage(snakemake.log[0]):
    write_flow(snakemake.input[0], snakemake.output[0], snakemake.params.size, snakemake.threads)
