"""Keys of earlier configurations are refused with their new names."""

import pytest
from plans import CONFIG, changed

from signspot.errors import InputError
from signspot.plan.old_keys import refuse_old_keys


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (
            "experts.rgb.round1",
            {},
            r"experts\.rgb\.round1: was renamed; write the first item of experts\.rgb\.training",
        ),
        ("experts.rgb.round2", {}, r"experts\.rgb\.round2: was renamed; write the second item"),
        ("experts.rgb.pretrained", {"path": "a.pth"}, r"experts\.rgb\.pretrained: .* `start: \{path: …\}`"),
        ("spotter", {}, r"^spotter: was renamed; write spotters"),
        ("spotters.bilstm.recipe", {}, r"spotters\.bilstm\.recipe: was renamed; write spotters\.bilstm\.training"),
        ("decoder", "cells", r"^decoder: was renamed; write spotters\.<name>\.decoders"),
        ("corpus.published", {}, r"corpus\.published: was renamed; write corpus\.vipl"),
        ("corpus.source", "published", r"corpus\.source: published was renamed; write vipl"),
    ],
)
def test_an_old_key_is_refused_with_the_new_name(path: str, value: object, named: str) -> None:
    with pytest.raises(InputError, match=named):
        refuse_old_keys(changed(CONFIG, path, value))


def test_todays_keys_pass() -> None:
    refuse_old_keys(CONFIG)
