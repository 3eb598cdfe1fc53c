"""Frame labels, the truth on disk, and what is computed from them."""
