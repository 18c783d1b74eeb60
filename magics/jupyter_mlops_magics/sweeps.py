"""``%%tune``, ``%tune`` and ``%sweeps``: what they are called, what they take, and their documentation."""

from __future__ import annotations

from typing import Any

from jupyter_mlops_magics.documented import magic, option, together
from jupyter_mlops_magics.runs import PROCESSES

SEARCH = together(
    option("words", nargs="*", metavar="NAME param=SPACE ...", help="A name, and what each parameter may be."),
    option(
        "--objective",
        metavar="METRICS",
        help="What is to be best, such as accuracy, or loss:minimize,latency:minimize.",
    ),
    option("--direction", metavar="WAY", help="maximize or minimize; by default the metric's name tells."),
    option("--trials", metavar="N", help="How many are tried. (20; with grid all points)"),
    option("--parallel", metavar="N", help="How many go at once. (as many as the home has slots)"),
    option(
        "--algorithm",
        metavar="NAME",
        help="random, grid, tpe, multivariate-tpe, bayesianoptimization, cmaes, sobol or hyperband. (tpe)",
    ),
    option("--prune", metavar="HOW", help="Cut trials short that are far behind: median, hyperband or none. (none)"),
    option("--space", metavar="FUNCTION", help="A function of the notebook that says the space, in Optuna's form."),
    option("--seed", metavar="N", help="The same seed tries the same, one at a time."),
    option("--stop-at", metavar="VALUE", help="Be content when the objective has reached this."),
    option("--timeout", metavar="TIME", help="End the search after 90s, 5m, 2h, ..."),
    option("--trial-timeout", metavar="TIME", help="End a trial after 90s, 5m, 2h, ..."),
    option(
        "--detach", action="store_true", help="Return at once; the search goes on, and the card says how to follow it."
    ),
)


@magic("%%tune NAME param=SPACE ... --objective METRIC [options]")
@SEARCH
@PROCESSES
def tune_cell(line: str, cell: str) -> None:
    """Run this cell many times as a search: which values of its parameters make a metric best.

    Each trial is a run of this cell with other values for its top-level assignments. A process of
    its own decides what to try, so the search goes on whatever happens to the notebook. It is
    bound to NAME_sweep before the waiting begins; interrupting the kernel ends the waiting only.

    Examples::

        %%tune digits lr=1e-4..1e-1:log depth=2..8 --objective accuracy --trials 40
        %%tune digits activation=relu|tanh batch=16..256:16 epochs=5 --objective val_loss
        %%tune digits depth=2..8 --algorithm grid --objective accuracy
        %%tune digits --space space --objective accuracy,latency:minimize
        %%tune digits lr=1e-4..1e-1:log --objective accuracy --prune median --stop-at 0.99

    Spaces: 1e-5..1e-1:log (a factor counts), 2..8 (whole numbers stay whole), 16..256:16 (in steps),
    relu|tanh (one of them), 5 (fixed).

    Then: digits_sweep.best, .trials, .importance(), .history(), .resume(trials=20), %compare --sweep digits
    """
    from jupyter_mlops_magics.tuning import tune_this_cell

    tune_this_cell(tune_cell, line, cell)


@magic("%tune NAME param=SPACE ... --objective METRIC [options]")
@SEARCH
@PROCESSES
def tune_run(line: str) -> None:
    """Search with the cell and the values of a run as they were: see %%tune, which takes the cell below it.

    NAME is a variable that holds a run, else a name (the latest run of that name), else an id.

    Examples::

        %tune digits lr=1e-4..1e-1:log --objective accuracy --trials 40
    """
    from jupyter_mlops_magics.tuning import tune_a_run

    tune_a_run(tune_run, line)


@magic("%sweeps [list CONDITIONS | show | stop | resume | delete | close | note | tag | archive | export] [options]")
@option(
    "words", nargs="*", metavar="VERB [SWEEP ...]", help="What to do with which sweeps; without a verb they are listed."
)
@option("--trials", metavar="N", help="With resume: how many more. (those that are still wanted)")
@option("--yes", action="store_true", help="With delete: do not ask.")
@option("--to", metavar="URI", help="With export: a tracking store of MLflow, such as http://127.0.0.1:5000.")
@option("--experiment", metavar="NAME", help="With export: its experiment. (the sweep's name)")
@option("--sort", metavar="FIELD", help="With list: a column, or best; the largest comes first.")
@option("--limit", metavar="N", help="With list: how many are shown. (20)")
@option("--all", action="store_true", help="With list: archived ones too.")
def sweeps(line: str) -> Any:
    """List sweeps, and do something with them.

    A sweep is named by the variable that holds it, by its name (the latest of that name is
    meant), or by its id. Its trials are runs: %runs show digits/3.

    Examples::

        %sweeps                            # the latest
        %sweeps state = running
        %sweeps show digits                # its card
        %sweeps stop digits                # and its trials
        %sweeps resume digits --trials 20  # more trials; also after a restart of the machine
        %sweeps delete digits              # with its trials; says what that frees, and asks
    """
    from jupyter_mlops_magics.sweepverbs import manage

    return manage(sweeps, line)
