"""What a corpus is: three tables, read from the user's own files or from the challenge's folders."""
