"""Pages that open offline: the report of a run, its review, its recognition, a search; and single figures."""
