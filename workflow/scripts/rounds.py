from pathlib import Path

from signspot.files import write_json
from signspot.logs import job
from signspot.report.rounds import all_pseudo_labels, rounds_figure, rounds_table
from signspot.spottings import write_spottings

with job(snakemake):
    files = {name: [Path(path) for path in paths] for name, paths in snakemake.input.items()}
    rounds = rounds_table(
        snakemake.params.runs, files["summaries"], files.get("scores", []), files.get("recognitions", [])
    )
    write_json(snakemake.output.rounds, {"rounds": rounds})
    rounds_figure(rounds, Path(snakemake.output.figure))
    write_spottings(all_pseudo_labels(files["tables"]), snakemake.output.pseudo_labels)
