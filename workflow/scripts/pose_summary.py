from signspot.logs import stage
from signspot.pose.store import write_summary

with stage(snakemake.log[0]):
    write_summary(snakemake.input, snakemake.output[0])
