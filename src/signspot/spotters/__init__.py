"""Spotters: whatever writes predictions for a video."""
