"""What is recorded of the files of the results, and taking results as they are after they were copied."""
