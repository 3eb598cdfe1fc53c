from signspot.flow.engines import chosen_engine
from signspot.flow.store import write_flow
from signspot.logs import job

with job(snakemake):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    engine = chosen_engine(snakemake.config["flow"].get("engine", "auto"))
    write_flow(snakemake.input[0], snakemake.output[0], snakemake.params.size, engine, snakemake.threads)
