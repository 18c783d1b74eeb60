"""A trained object to the files of a version, and back."""
