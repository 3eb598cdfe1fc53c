"""Experts: networks that learn to name the sign of a clip, and the clip features that they give."""
