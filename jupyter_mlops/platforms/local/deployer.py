"""The submitter's side of endpoints on this machine: keepers are started, asked and waited for."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_mlops.domain.endpoints import Order, RevisionSpec
from jupyter_mlops.domain.errors import Conflict, InvalidOption, NotFound, Unsupported
from jupyter_mlops.domain.runs import Answered
from jupyter_mlops.domain.units import format_size
from jupyter_mlops.platforms.deployer import Address
from jupyter_mlops.platforms.local import leases, sampling
from jupyter_mlops.platforms.local.keepers import Keepers, PreparedKeeper, elsewhere
from jupyter_mlops.platforms.local.orders import MOST
from jupyter_mlops.platforms.local.serveable import check_interpreter
from jupyter_mlops.store.endpoints import PUBLIC, EndpointFolder, sockets_of
from jupyter_mlops.store.home import Home

_HANG_SECONDS = 5.0
_LEAST_MEMORY = 32 << 20
_BEGIN = ("start", "deploy", "stop", "delete")
"""What can be asked of an endpoint that has ended."""


class LocalDeployer:
    """``Deployer`` for detached processes of this machine.

    Args:
        home: Where endpoints are.
        hang_seconds: How long a keeper may show no life while it is asked for something, before it is ended.
    """

    name = "local"

    def __init__(self, home: Home, hang_seconds: float = _HANG_SECONDS) -> None:
        self._home = home
        self._keepers = Keepers(home, EndpointFolder, hang_seconds, EndpointFolder.noun)

    def check(self, spec: RevisionSpec) -> None:
        _check_numbers(spec)
        self._check_devices(spec)
        check_interpreter(self._home, spec.python, spec.path, spec.environment)

    def prepare(self, draft: Path) -> PreparedKeeper:
        return self._keepers.prepare(draft)

    def launch(self, folder: Path) -> None:
        if not EndpointFolder(folder).status().state.is_finished:
            self._keepers.launch(folder)

    def settle(self, folder: Path) -> None:
        self._keepers.settle(folder)

    def do(self, folder: Path, verb: str, order: Order, who: str, timeout: float | None = None) -> str:
        endpoint = EndpointFolder(folder)
        status = endpoint.status()
        if endpoint.is_elsewhere() and not status.state.is_finished:
            raise elsewhere(endpoint)
        if status.state.is_finished and verb not in _BEGIN:
            raise Conflict(f"{endpoint.id} is {status.state}; start it first: %endpoints start {endpoint.id}.")
        request = endpoint.request(verb, who, order=order)
        self._keepers.await_answer(folder, request, timeout)
        answer = _answer_of(endpoint, request)
        if answer.refused:
            raise Conflict(answer.text)
        return answer.text

    def address(self, folder: Path) -> Address:
        return Address(socket=str(sockets_of(folder) / PUBLIC), url="http://localhost")

    def wait(self, folder: Path, timeout: float) -> bool:
        return self._keepers.wait(folder, timeout)

    def _check_devices(self, spec: RevisionSpec) -> None:
        there = len(leases.device_indices(str(self._home.path), spec.environment.get("CUDA_VISIBLE_DEVICES")))
        wanted = spec.gpus * spec.most
        if wanted > there:
            has = f"{there} GPU{'s' if there > 1 else ''}" if there else "no GPU"
            remedy = f"use --gpus {there // spec.most}" if there >= spec.most else "leave --gpus out"
            raise Unsupported(f"The replicas want {wanted} GPUs and this machine has {has}; {remedy}.")


def _check_numbers(spec: RevisionSpec) -> None:
    cores = len(os.sched_getaffinity(0))
    if not 1 <= spec.least <= spec.most <= MOST:
        raise InvalidOption(f"--replicas: {spec.least}..{spec.most} makes no sense; give 1 to {MOST}, as in 2 or 1..4.")
    if spec.cpus < 0 or spec.gpus < 0:
        raise InvalidOption("--cpus and --gpus are whole numbers from 0 on.")
    if spec.cpus > cores:
        raise Unsupported(f"A replica wants {spec.cpus} cores; this machine has {cores}: use --cpus {cores}.")
    if spec.memory and spec.memory < _LEAST_MEMORY:
        raise InvalidOption(
            f"--memory: {format_size(spec.memory)} is not enough for Python; give {format_size(_LEAST_MEMORY)} or more."
        )
    machine = sampling.machine_memory()
    if spec.memory > machine:
        raise Unsupported(f"A replica may use {format_size(spec.memory)}, and this machine has {format_size(machine)}.")


def _answer_of(endpoint: EndpointFolder, request: str) -> Answered:
    for event in reversed(endpoint.events()):
        if isinstance(event, Answered) and event.request == request:
            return event
    raise NotFound(f"There is no endpoint {endpoint.id!r} any more.")
