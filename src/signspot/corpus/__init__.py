"""A corpus is three tables: videos, annotations, vocabulary. They come from files of the user or of the challenge."""
