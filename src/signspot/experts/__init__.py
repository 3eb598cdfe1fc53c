"""Experts: networks that learn to name the sign of a clip, and the clip features that they give."""

from signspot.experts.training import Expert, ExpertConfig, accuracy, import_expert, load_expert, train_round

__all__ = ["Expert", "ExpertConfig", "accuracy", "import_expert", "load_expert", "train_round"]
