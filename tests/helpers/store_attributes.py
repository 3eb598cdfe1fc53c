"""The attributes of a store, as tests compare them."""

from typing import Any

import h5py


def attributes_of(file: h5py.File) -> dict[str, Any]:
    """All attributes; strings, which lie in the file as bytes of a fixed length, as strings."""
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in file.attrs.items()}
