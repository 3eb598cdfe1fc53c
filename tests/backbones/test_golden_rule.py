"""The weights rule itself, before any network is compared with it."""

import json
import zlib

import golden_rule
import numpy as np


def test_rule_gives_the_recorded_weights(golden):
    recorded = json.loads((golden / "rule_selftest.json").read_text(encoding="utf-8"))
    for entry in recorded["arrays"]:
        value = golden_rule.weight(entry["key"], entry["shape"])
        np.testing.assert_array_equal(value.ravel()[:4], np.float32(entry["first4"]), err_msg=entry["key"])
        assert zlib.crc32(value.tobytes()) == entry["crc32_float32"], entry["key"]


def test_rule_gives_the_recorded_input(golden):
    entry = json.loads((golden / "rule_selftest.json").read_text(encoding="utf-8"))["input"]
    assert zlib.crc32(golden_rule.clip(entry["shape"]).numpy().tobytes()) == entry["crc32_float32"]
