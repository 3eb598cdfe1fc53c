"""Samplers, one module each: which clips a training sees."""

from signspot.registry import Registry

SAMPLERS = Registry("signspot.clips.samplers", "sampler")
