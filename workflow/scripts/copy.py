import shutil

from signspot.files import finished
from signspot.logs import job

with job(snakemake), finished(snakemake.output[0]) as part:
    shutil.copyfile(snakemake.input[0], part)
