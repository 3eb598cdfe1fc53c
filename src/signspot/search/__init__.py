"""``signspot index`` and ``signspot search``: where in a corpus are signs, and what is said there."""
