"""The spotting head of the third-placed entry, on the clip features of experts."""
