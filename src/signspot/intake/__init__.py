"""How a corpus comes in: a folder of videos and annotations becomes tables, splits and a configuration."""
