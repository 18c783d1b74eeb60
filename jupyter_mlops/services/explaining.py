"""What a run would start, with every rank's environment, as data: nothing is started, and no framework is needed."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_mlops.domain.explained import RankPlan
from jupyter_mlops.domain.kinds import Address, Files, Job, Pod, environment, job_name, pods
from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.platforms.local.ranks import ADDRESS, logs_path, own_variables, thread_variables
from jupyter_mlops.platforms.local.starters import Starters
from jupyter_mlops.store.home import Home

_PORTS = {"pytorch": 23456, "tensorflow": 2222, "xgboost": 9999, "paddle": 36543, "mxnet": 9091, "jax": 6666}
"""Where the operators begin; here every pod has a port of its own."""


class Explained(list[RankPlan]):
    """The ranks of a run that is not started; a notebook shows them as a page.

    Args:
        plans: One for each rank.
        title: What the run is, in a few words.
    """

    def __init__(self, plans: Iterable[RankPlan], title: str) -> None:
        super().__init__(plans)
        self.title = title

    def __repr__(self) -> str:
        from jupyter_mlops.cards.explained import explained_text

        return explained_text(self, self.title)

    def _repr_html_(self) -> str:
        from jupyter_mlops.cards.explained import explained_html

        return explained_html(self, self.title)


def explained(home: Home, spec: RunSpec) -> Explained:
    """Return what a run of ``spec`` would start. Its ports are examples: free ones are taken when it starts."""
    folder = str(home.runs / spec.id)
    logs = logs_path(folder, 1)
    shape = spec.shape
    addresses = [Address(ADDRESS, _PORTS.get(spec.kind, 29500) + place) for place in range(len(pods(shape)))]
    job = Job(job_name(spec.name), shape, addresses, Files(f"{logs}/agent.sh", f"{logs}/hosts"))
    starters = Starters(str(home.path), spec.python, logs, spec.env.get("PATH"))
    threads = thread_variables(spec.resources.cpus)
    plans = []
    for pod in job.pods:
        argv = starters.argv(shape, pod)
        told = {**environment(job, pod), **own_variables(folder, spec.id, 1, job, pod), **threads}
        plans += [_plan(pod, number, argv, told) for number in range(pod.ranks)]
    plans.sort(key=lambda plan: plan.rank)
    processes = "1 rank" if len(plans) == 1 else f"{len(plans)} ranks"
    return Explained(plans, f"{spec.name}: {processes} of kind {spec.kind}")


def _plan(pod: Pod, number: int, argv: list[str], told: dict[str, str]) -> RankPlan:
    rank = pod.first + number
    own = {"JUPYTER_MLOPS_RANK": str(rank), "JUPYTER_MLOPS_LOCAL_RANK": str(number)}
    return RankPlan(rank, pod.role, pod.index, argv, {**told, **own}, pod.starts)
