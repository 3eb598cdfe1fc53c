"""Where a process computes: its GPU, its threads, its precision."""
