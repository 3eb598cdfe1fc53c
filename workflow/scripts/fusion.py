from pathlib import Path

from signspot.files import write_json
from signspot.logs import job
from signspot.recognition import Sum, fusion
from signspot.recognition.store import read_logits

with job(snakemake):
    told = snakemake.params.job
    test, validation = (
        {name: read_logits(Path(path)) for name, path in zip(told[role], snakemake.input.get(role, []), strict=True)}
        for role in ("test", "validation")
    )
    sums = [Sum(tuple(one["streams"]), one["weights"], one["name"]) for one in told["sums"]]
    write_json(snakemake.output[0], fusion(test, sums, validation, told["best"]))
