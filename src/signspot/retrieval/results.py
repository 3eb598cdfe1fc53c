"""How the files of a search by text name what they tell. No PyTorch here."""

RANKED = {"recognised_signs": "recognised signs", "common_space": "common space", "both": "both"}
"""The searches, and how people call them."""
SEPARATOR = "|"
"""Between the recognised words of a sentence."""
