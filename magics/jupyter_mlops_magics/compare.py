"""``%compare``: what it is called, what it takes, and its documentation."""

from __future__ import annotations

from typing import Any

from jupyter_mlops_magics.documented import magic, option


@magic("%compare [RUN ...] [options]")
@option("words", nargs="*", metavar="RUN ...", help="Names, which mean all their runs, ids, trials, variables.")
@option("--sweep", metavar="SWEEP", help="All trials of a sweep: its variable, its name or its id.")
@option("--where", metavar="CONDITIONS", help='Only runs that meet them: "lr > 0.01 state = succeeded".')
@option("--limit", metavar="N", help="How many at most, the latest first. (1000)")
def compare(line: str) -> Any:
    """Show runs beside each other: parameters, metrics, curves, and of two runs what differs.

    A name means all runs of that name; a variable that holds a run, an id, and NAME/3 mean that
    one. Without any, all runs are compared.

    Examples::

        %compare digits                            # all runs of that name
        %compare digits digits-wide                # of both names
        %compare best_so_far digits/3              # a variable, and a trial: what differs between two
        %compare --sweep digits                    # the trials of a sweep
        %compare digits --where "lr > 0.01"

    What it returns has .table, .best, .diff(a, b), .history("loss") and .runs.
    """
    from jupyter_mlops_magics.comparing import compare_runs

    return compare_runs(compare, line)
