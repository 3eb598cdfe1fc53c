# For `snakemake` called in a clone; Snakemake's catalogue and modules take workflow/Snakefile.
include: "workflow/Snakefile"


# Snakemake forgets the default target of a file that it includes.
workflow.default_target = "all"
