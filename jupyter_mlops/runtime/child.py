"""``__main__.__file__`` of a rank: what a spawned child of the cell runs as its ``__mp_main__``. Never the cell.

It leaves no name behind, because what is here is then the child's ``__main__``.
"""

if __name__ == "__mp_main__":
    __import__("jupyter_mlops.runtime.process", fromlist=["process"]).begin_child()
