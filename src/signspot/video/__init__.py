"""Video files: FFmpeg decodes them, a window about the signer is cropped, frames are kept in a store."""
