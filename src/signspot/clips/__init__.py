"""From the stores of a video to clip tensors: modalities cut frames, samplers choose clips, a window gives their size."""
