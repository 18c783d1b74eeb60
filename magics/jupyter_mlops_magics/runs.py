"""``%%train`` and ``%runs``: what they are called, what they take, and their documentation."""

from __future__ import annotations

from typing import Any

from jupyter_mlops_magics.documented import magic, option, together

PROCESSES = together(
    option(
        "--kind",
        metavar="KIND",
        help="What the processes are: python, pytorch, tensorflow, xgboost, mpi, paddle, mxnet or jax. (python)",
    ),
    option("--workers", metavar="N", help="How many pods train; each is one process, or as many as --slots says. (1)"),
    option("--slots", metavar="N", help="pytorch, mpi, paddle: how many processes each of them has. (1)"),
    option("--ps", metavar="N", help="tensorflow, paddle: how many parameter servers there are besides. (0)"),
    option("--evaluator", action="store_true", help="tensorflow: an evaluator besides."),
    option("--servers", metavar="N", help="mxnet: how many servers there are besides. (1)"),
    option("--chief", action="store_true", help="tensorflow: the first worker is a Chief."),
    option("--keep", metavar="NAMES", help='Variables that come back when it is done: digits.values["model"].'),
    option("--retries", metavar="N", help="How often it is started again after a failure. (0)"),
    option(
        "--restart",
        metavar="WHEN",
        help="on-failure starts a pod that fails again alone; exit-code only after a signal or code >= 128. (never)",
    ),
    option("--hang", metavar="TIME", help="Silent and idle for so long, it is said to hang; 0 is never. (5m)"),
    option("--cpus", metavar="N", help="Cores of each process, which also sets the thread counts of libraries."),
    option("--memory", metavar="SIZE", help="Memory of each process and its children, such as 4GB; more ends the run."),
    option("--gpus", metavar="N", help="Devices of each process. (0)"),
    option("--python", metavar="PATH", help="The interpreter, or its name among the settings. (the notebook's own)"),
    option("--cold", action="store_true", help="Start from nothing, even where a warm start could be used."),
    option("--on", metavar="PLATFORM", help="Where it runs. (local)"),
    option("--log-limit", metavar="SIZE", help="How much all logs may take. (1GiB)"),
    option(
        "--log-full", metavar="WHAT", help="At that limit, cut drops the middle of the log, stop ends the run. (cut)"
    ),
)
"""What may be said of the processes of a run, and of a trial, which is one."""


@magic("%%train NAME [param=value ...] [options]")
@option("words", nargs="*", metavar="NAME [param=value ...]", help="A name for the run, and values for parameters.")
@option("--detach", action="store_true", help="Return at once; the run goes on, and the card says how to follow it.")
@option("--timeout", metavar="TIME", help="End it after 90s, 5m, 2h, ...")
@option("--explain", action="store_true", help="Start nothing: show every rank's command and environment.")
@option(
    "--check",
    metavar="SECONDS",
    nargs="?",
    const="20s",
    help="Start it for so long at most, show imports, what travels and first lines, and remove it again. (20)",
)
@PROCESSES
def train(line: str, cell: str) -> Any:
    """Run this cell as a run: processes of its own that go on whatever happens to the notebook.

    The cell takes along the variables, functions, classes and local modules that it uses. A
    card shows state, progress, metrics and log while the kernel waits; interrupting the kernel
    ends the waiting, not the run. The run is bound to a variable of its name, before the
    waiting begins.

    Examples::

        %%train digits
        model = fit(X, y)

        %%train digits epochs=5 lr=0.1     # values for top-level assignments such as epochs = 3
        %%train digits --keep model        # then: digits.values["model"]
        %%train digits --workers 4 --timeout 2h --retries 1
        %%train digits --kind pytorch --workers 2      # each process sees what a PyTorchJob gives its pods
        %%train digits --kind mpi --workers 2 --explain  # what would be started, with every rank's environment
        %%train digits --check             # try it for 20 seconds
        %%train digits --detach            # then: digits.wait(), digits.stop(), digits.logs()

    Metrics come from what the cell prints (loss=0.2, progress bars, Keras, XGBoost, ...), or
    exactly from: from jupyter_mlops import report; report(step=3, loss=0.2)

    Options may stand in any order and are never shortened.
    """
    from jupyter_mlops_magics.training import run_cell

    return run_cell(train, line, cell)


@magic("%runs [list CONDITIONS | show | stacks | stop | retry | delete | close | note | tag | archive | export] [...]")
@option(
    "words", nargs="*", metavar="VERB [RUN ...]", help="What to do with which runs; without a verb they are listed."
)
@option("--older", metavar="AGE", help="With delete: what ended longer ago than 30d, 12h, ...")
@option("--yes", action="store_true", help="With delete: do not ask.")
@option("--to", metavar="URI", help="With export: a tracking store of MLflow, such as http://127.0.0.1:5000.")
@option("--experiment", metavar="NAME", help="With export: its experiment. (the run's name)")
@option("--sort", metavar="FIELD", help="With list: a column, a parameter or a metric; the largest comes first.")
@option("--limit", metavar="N", help="With list: how many are shown. (20)")
@option("--all", action="store_true", help="With list: all runs, archived ones and trials of sweeps too.")
def runs(line: str) -> Any:
    """List runs, and do something with them.

    A run is named by the variable that holds it, by its name (the latest of that name is
    meant), or by its id.

    Examples::

        %runs                              # the latest
        %runs digits lr > 0.01             # of that name, with that parameter or metric
        %runs state = failed age < 2d
        %runs --sort accuracy --limit 5
        %runs show digits                  # its card
        %runs stacks digits                # where its ranks are: the stacks of all their threads
        %runs stop digits                  # ends it; with nothing left running
        %runs retry digits                 # once more: same code, values and parameters
        %runs delete digits                # says what that frees, and asks
        %runs delete --older 30d --yes
        %runs close digits                 # of a machine that is gone for good: write that it ended
        %runs note digits best so far      # a line of yours, shown with the run
        %runs tag digits baseline paper    # words to find it by: %runs tag = paper
        %runs export digits --to http://127.0.0.1:5000   # into MLflow
    """
    from jupyter_mlops_magics.verbs import manage

    return manage(runs, line)
