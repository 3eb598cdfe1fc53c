from signspot.export import write_submission
from signspot.logs import job
from signspot.spottings import read_spottings

with job(snakemake):
    write_submission(read_spottings(snakemake.input[0]), snakemake.params.test, snakemake.output[0])
