"""``%mlops``: the home, its index and its settings."""

from __future__ import annotations

from typing import Any

from jupyter_mlops_magics.documented import magic, option


@magic("%mlops [reindex | use PLATFORM | set NAME=VALUE ...]")
@option("words", nargs="*", metavar="VERB", help="What to do; without a verb, show the home.")
def mlops(line: str) -> Any:
    """Show where runs are kept, how much disk they use, and what is set.

    Examples::

        %mlops                     # the home, its disk use, its runs by state, its settings
        %mlops set slots=4         # how many runs go at once
        %mlops set capture=4GB     # how much a cell may take along
        %mlops set detach=on       # cells return at once
        %mlops set warm=off        # every run starts from nothing
        %mlops set interpreter.mxnet=/opt/mxnet/bin/python   # then: %%train digits --python mxnet
        %mlops use local           # where runs go from now on, in this notebook
        %mlops reindex             # make the index anew from the folders
    """
    from jupyter_mlops_magics.home import manage

    return manage(mlops, line)
