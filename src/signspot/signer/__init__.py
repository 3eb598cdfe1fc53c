"""The embedded corpus: rendered signers with a made-up lexicon, for demonstrations, tests and measurements."""

from signspot.signer.corpus import SyntheticCorpus, act_out, tables, truth

__all__ = ["SyntheticCorpus", "act_out", "tables", "truth"]
