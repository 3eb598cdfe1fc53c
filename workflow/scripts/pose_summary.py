from signspot.logs import job
from signspot.pose.store import write_summary

with job(snakemake):
    write_summary(snakemake.input, snakemake.output[0])
