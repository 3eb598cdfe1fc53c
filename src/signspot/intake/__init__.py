"""How a corpus comes in: from a folder of videos and annotations to its tables, their splits and a configuration."""
