from signspot.files import write_json
from signspot.logs import job

with job(snakemake):
    write_json(snakemake.output[0], snakemake.params.provenance)
