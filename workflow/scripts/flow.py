from signspot.flow.engines import chosen_engine
from signspot.flow.store import write_flow
from signspot.logs import stage

with stage(snakemake.log[0], snakemake.threads):
    # Of the config, not a param: a change of params would make Snakemake run the rule again.
    engine = chosen_engine(snakemake.config["flow"].get("engine", "auto"))
    write_flow(snakemake.input[0], snakemake.output[0], snakemake.params.size, engine, snakemake.threads)
