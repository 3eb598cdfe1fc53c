"""A small corpus: two signers for training, one for the test."""

import pytest

from signspot.signer import SyntheticCorpus


@pytest.fixture(scope="session")
def corpus() -> SyntheticCorpus:
    return SyntheticCorpus(signs=6, distractors=8, seconds=6, height=90, splits={"train": 2, "test": 1}, seed=4)
