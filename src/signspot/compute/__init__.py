"""Where a process computes: its GPU, its threads and its precision."""
