"""``signspot score`` and ``signspot compare``: spottings of runs and files against annotations, ELAN documents too."""
