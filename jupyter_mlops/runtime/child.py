"""``__main__.__file__`` of a rank: what a spawned child of the cell runs as its ``__mp_main__``. Never the cell."""
