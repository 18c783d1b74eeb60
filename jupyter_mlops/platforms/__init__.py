"""What a platform promises, and the platforms that keep it."""
