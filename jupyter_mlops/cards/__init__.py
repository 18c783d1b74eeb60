"""What a noun looks like where only text or HTML can be shown: pure functions from a snapshot."""
