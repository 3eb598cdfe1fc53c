"""``signspot find``: signs found from a few examples, without a workflow."""
