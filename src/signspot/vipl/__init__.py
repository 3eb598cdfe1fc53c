"""What only the third-placed entry of the challenge has: its features, its checkpoints, its list of videos."""
