"""``%deploy`` and ``%endpoints``: what they are called, what they take, and their documentation."""

from __future__ import annotations

from typing import Any

from jupyter_mlops_magics.documented import magic, option


@magic("%deploy NAME[@alias|:version] [options]")
@option("words", nargs="*", metavar="MODEL", help="A version: digits@champion, digits:3, digits, or a variable.")
@option("--as", metavar="NAME", help="Name of the endpoint. (the model's)")
@option("--replicas", metavar="N", help="How many processes answer: 2, or 1..4, as many as requests want. (1)")
@option("--canary", metavar="PERCENT", help="Serve it beside the stable revision, for 1 to 99 percent of the requests.")
@option("--shadow", action="store_true", help="Serve it beside the stable revision a copy of each request, unanswered.")
@option("--judge", metavar="X,y", help="Held-out rows and what is true of them: replayed on stable and canary.")
@option("--metric", metavar="NAME", help="What is measured of them: accuracy, f1, rmse, ... (told by the truth)")
@option("--promote-if", metavar='"CONDITION"', help='Promote it without being asked: "accuracy >= stable".')
@option("--rollback-if", metavar='"CONDITION"', help='Drop it without being asked: "errors > 1%%".')
@option("--cpus", metavar="N", help="Threads that libraries may use in each replica.")
@option("--memory", metavar="SIZE", help="Memory of a replica at most, such as 500MB.")
@option("--gpus", metavar="N", help="Devices of each replica.")
@option("--port", metavar="P", help="Answer on this loopback port as well, for who has endpoint.token; 0 closes it.")
@option("--python", metavar="PATH", help="The replicas' interpreter. (the one that trained)")
def deploy(line: str) -> Any:
    """Serve a version of a model: real processes behind a stable name, which outlive the notebook.

    The endpoint is bound to NAME_endpoint. Where there is an endpoint of that name, the version
    becomes its next revision: it starts, becomes ready, and only then gets requests; none is lost.
    What is not asked for is as in the stable revision.

    Examples::

        %deploy digits@champion
        %deploy digits:3 --replicas 1..4 --memory 500MB
        %deploy digits:4 --canary 10 --judge X_test,y_test
        %deploy digits:4 --canary 10 --promote-if "accuracy >= stable" --rollback-if "errors > 1%"

    Then: digits_endpoint.predict(df.head()), .scoreboard(), .canary(50), .promote(), .rollback(), .drift(), .stop()
    """
    from jupyter_mlops_magics.deploying import deploy_this

    return deploy_this(deploy, line)


@magic(
    "%endpoints [list CONDITIONS | show | promote | rollback | canary | scale | stop | start | logs | delete | ...] "
    "[options]"
)
@option(
    "words",
    nargs="*",
    metavar="VERB [NAME ...]",
    help="What to do with which endpoints; without a verb: list.",
)
@option("--to", metavar="REVISION", help="With rollback: a kept revision, such as r2. (the stable one before)")
@option("--revision", metavar="REVISION", help="With scale: which. (the stable one)")
@option("--source", metavar="LOG", help="With logs: router, keeper, or a replica, r3/0. (router)")
@option("--yes", action="store_true", help="With delete: do not ask.")
@option("--sort", metavar="FIELD", help="With list: a column; the largest comes first.")
@option("--limit", metavar="N", help="With list: how many are shown. (20)")
@option("--all", action="store_true", help="With list: archived ones too.")
def endpoints(line: str) -> Any:
    """List endpoints, and do something with them.

    Examples::

        %endpoints                       # the latest
        %endpoints show digits           # its card
        %endpoints canary digits 50      # half of the requests go to the canary
        %endpoints promote digits        # the canary becomes stable
        %endpoints rollback digits       # drops the canary, or goes back to what was stable before
        %endpoints scale digits 1..4
        %endpoints replay digits         # the held-out rows, on stable and canary
        %endpoints logs digits --source r1/0
        %endpoints stop digits           # start brings it up again as it was
        %endpoints delete digits         # says what that frees, and asks
    """
    from jupyter_mlops_magics.endpointverbs import manage

    return manage(endpoints, line)
