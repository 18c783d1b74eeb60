"""What is on disk: the home, its folders, the index and the feed."""
