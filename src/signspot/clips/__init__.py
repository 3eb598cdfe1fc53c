"""From the stores of a video to clip tensors: modalities cut, samplers choose, a window gives the size."""
