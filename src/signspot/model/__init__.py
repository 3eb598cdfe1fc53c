"""A trained model in one folder: exporting it from a run, and spotting with it in videos never seen."""
