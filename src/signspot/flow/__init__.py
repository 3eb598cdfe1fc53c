"""Optical flow between neighbouring frames of a frame store, and its store with 8 bits a value."""
