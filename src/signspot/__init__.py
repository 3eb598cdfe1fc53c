"""signspot finds the signs of a vocabulary in continuous sign-language video: which sign, from when to when."""

from importlib.metadata import version

__version__ = version("signspot")
