from signspot.files import write_json
from signspot.logs import job
from signspot.packaged.origin import origin
from signspot.video.program import program

with job(snakemake):
    made_with = origin() | {"ffmpeg": str(program())}
    write_json(snakemake.output[0], snakemake.params.provenance | made_with)
