"""Optical flow between neighbouring frames of the crop, and its 8-bit store."""
