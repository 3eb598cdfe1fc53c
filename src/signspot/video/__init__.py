"""Video files: decoded by FFmpeg, cropped about the signer, kept as a store of frames."""
