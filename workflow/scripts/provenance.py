from signspot.files import write_json
from signspot.logs import stage

with stage(snakemake.log[0]):
    write_json(snakemake.output[0], snakemake.params.provenance)
