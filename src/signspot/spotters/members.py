"""Members: the spotters whose predictions another spotter reads."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from signspot.arrays import attribute, open_arrays
from signspot.errors import InputError
from signspot.spotters import VideoInputs


def member_of(folder: Path, vocabulary: Sequence[str]) -> dict[str, str]:
    """Name and digest of the fitted spotter of a folder, for the config.json of a spotter that reads its predictions.

    Args:
        folder: of the member.
        vocabulary: of the spotter that reads them.

    Raises:
        InputError: the member has another vocabulary, or its config.json is missing or damaged.
    """
    from signspot.training.store import read_config

    config = read_config(folder, ("spotter", "vocabulary"))
    if config["vocabulary"] != list(vocabulary):
        raise InputError(
            f"{folder}: its vocabulary has {len(config['vocabulary'])} signs, not the {len(vocabulary)} signs of the "
            "spotter that reads its predictions. Name members of one vocabulary."
        )
    return {key: config[key] for key in ("spotter", "weights_sha256")}


def check_members(inputs: VideoInputs, members: Sequence[Mapping[str, str]]) -> None:
    """Checks that the predictions for a video are by the members of a fitted spotter.

    Args:
        inputs: of the video.
        members: of each, what :func:`member_of` gives.

    Raises:
        InputError: a file is missing, damaged, or by another spotter, or there are too many or too few.
    """
    if len(inputs.predictions) != len(members):
        raise InputError(
            f"predictions of {inputs.video}: there are {len(inputs.predictions)}, expected one by each of the "
            f"{len(members)} members. Fit the spotter that reads them again."
        )
    for path, member in zip(inputs.predictions, members, strict=True):
        with open_arrays(path) as file:
            found = {key: attribute(file, key, str) for key in member}
        if found != member:
            raise InputError(f"{path}: is by {found}, expected {member}. Fit the spotter that reads it again.")
