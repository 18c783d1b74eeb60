"""What is served, worked out from what somebody asks for: version, options, how it becomes the traffic."""

from __future__ import annotations

import os
import re
from typing import Any

import msgspec

from jupyter_mlops.domain.endpoints import EndpointStatus, Order, RevisionSpec
from jupyter_mlops.domain.environments import split_environment
from jupyter_mlops.domain.errors import Conflict, InvalidOption
from jupyter_mlops.domain.gates import parse_gate
from jupyter_mlops.domain.orders import Gates
from jupyter_mlops.domain.rollouts import revision_of
from jupyter_mlops.domain.runs import Origin, Resources
from jupyter_mlops.services import checks, options
from jupyter_mlops.services.version import Version

_REPLICAS = re.compile(r"(?P<least>\d+)(?:\.\.(?P<most>\d+))?")


class Asked(msgspec.Struct, frozen=True):
    """What somebody asks for, as ``Endpoints.deploy`` takes it; what is None or empty is as in the stable revision.

    Attributes:
        what: What the version was called: ``digits@champion``.
    """

    replicas: str | int = ""
    canary: int | str | None = None
    shadow: bool = False
    cpus: Any = None
    memory: Any = None
    gpus: Any = None
    port: Any = None
    python: str = ""
    promote_if: str = ""
    rollback_if: str = ""
    command: str = ""
    what: str = ""


class Deployment(msgspec.Struct, frozen=True):
    """What is to be done.

    Attributes:
        spec: The new revision.
        order: How it becomes the traffic.
        gates: What the endpoint is to do by itself; None leaves that as it is.
        port: None leaves that as it is.
        sentences: What is worth knowing.
        command: The line that does the same in a notebook.
    """

    spec: RevisionSpec
    order: Order
    gates: Gates | None
    port: int | None
    sentences: list[str]
    command: str


def planned(
    version: Version, name: str, asked: Asked, *, status: EndpointStatus | None, number: int, origin: Origin, now: float
) -> Deployment:
    """Return what deploying a version comes to.

    Args:
        version: What is served.
        name: The endpoint's.
        asked: The options.
        status: The endpoint as it is; None if there is none of that name.
        number: Of the new revision.
        origin: Who asks.
        now: Seconds since the epoch.

    Raises:
        InvalidOption: an option makes no sense.
        Conflict: a canary without a stable revision, or a second one.
    """
    stable = revision_of(status, status.stable).spec if status is not None and status.stable else None
    percent = _percent(asked.canary)
    if asked.shadow and percent:
        raise InvalidOption("--shadow gets copies of requests and --canary a part of them; say which.")
    if percent or asked.shadow:
        _check_second(name, version, status, stable, "canary" if percent else "shadow")
    spec = _spec(version, name, asked, stable, number=number, origin=origin, now=now)
    gates = _gates(asked, status)
    port = None if asked.port is None else port_of(asked.port)
    order = Order(revision=number, percent=percent, shadow=asked.shadow)
    return Deployment(
        spec, order, gates, port, _sentences(version, spec, stable, order), _command(version, name, asked)
    )


def replicas(text: str | int) -> tuple[int, int]:
    """Return the least and the most that ``text`` says: ``2``, ``1..4``.

    Raises:
        InvalidOption: it says something else.
    """
    match = _REPLICAS.fullmatch(str(text).strip())
    if match is None:
        raise InvalidOption(f"--replicas is a number, or bounds as in 1..4, not {str(text)!r}.")
    least = int(match["least"])
    most = int(match["most"] or least)
    if not 1 <= least <= most:
        raise InvalidOption(f"--replicas {text} makes no sense; give 1 or more, the smaller number first: 2, or 1..4.")
    return least, most


def percentage(value: Any, least: int = 0, most: int = 100) -> int:
    """Return a share of the traffic in percent.

    Raises:
        InvalidOption: it is none.
    """
    text = str(value).strip().removesuffix("%").strip()
    number = int(text) if text.isdecimal() else -1
    if not least <= number <= most:
        raise InvalidOption(f"A canary gets {least} to {most} percent of the requests, not {value}.")
    return number


def _percent(canary: Any) -> int:
    if canary is None:
        return 0
    text = str(canary).strip().removesuffix("%").strip()
    if text == "100":
        raise InvalidOption("A canary gets 1 to 99 percent; without --canary the version gets all requests.")
    return percentage(canary, 1, 99)


def _check_second(
    name: str, version: Version, status: EndpointStatus | None, stable: RevisionSpec | None, role: str
) -> None:
    if status is None or stable is None:
        raise Conflict(
            f"{name} has no stable revision yet, beside which a {role} could stand; deploy one first: "
            f"%deploy {version.name}."
        )
    there = status.canary or status.shadow
    if there:
        raise Conflict(
            f"{name} has r{there} beside its stable revision already; promote it or roll it back first "
            f"(%endpoints promote {name}, %endpoints rollback {name})."
        )


def _spec(
    version: Version, name: str, asked: Asked, stable: RevisionSpec | None, *, number: int, origin: Origin, now: float
) -> RevisionSpec:
    told = version.spec
    environment, _ = split_environment(os.environ)
    before = stable or RevisionSpec(name, number, now, told.model, told.version, told.flavor, "")
    least, most = replicas(asked.replicas) if asked.replicas else (before.least, before.most)
    wanted = options.resources(
        asked.cpus, asked.memory or None, asked.gpus, Resources(before.cpus or None, before.memory or None, before.gpus)
    )
    return RevisionSpec(
        endpoint=name,
        revision=number,
        created=now,
        model=told.model,
        version=told.version,
        flavor=told.flavor,
        folder=str(version.path),
        digest=told.digest,
        python=options.interpreter(asked.python or None) if asked.python else told.python or options.interpreter(None),
        least=least,
        most=most,
        cpus=int(wanted.cpus or 0),
        memory=wanted.memory or 0,
        gpus=wanted.gpus,
        signature=told.signature,
        methods=told.methods,
        environment=environment,
        origin=origin,
        command=asked.command or _command(version, name, asked),
    )


def _gates(asked: Asked, status: EndpointStatus | None) -> Gates | None:
    if not (asked.promote_if or asked.rollback_if):
        return None
    before = status.gates if status is not None else Gates()
    return checked_gates(asked.promote_if or before.promote, asked.rollback_if or before.rollback)


def checked_gates(promote_if: str, rollback_if: str) -> Gates:
    """Return what an endpoint is to do by itself.

    Raises:
        InvalidOption: a condition makes no sense; a caret stands under what is wrong.
    """
    parse_gate("promote_if", promote_if)
    parse_gate("rollback_if", rollback_if)
    return Gates(promote_if.strip(), rollback_if.strip())


def port_of(port: Any) -> int:
    """Return a port, 0 for none.

    Raises:
        InvalidOption: it is none.
    """
    number = checks.whole("port", port, least=0)
    if number > 65535:
        raise InvalidOption(f"--port {number}: ports end at 65535; give one from 1024 on.")
    return number


def check_port(port: int) -> None:
    """Refuse a loopback port that somebody has.

    Raises:
        Conflict: it is taken, or may not be opened.
    """
    import socket

    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("127.0.0.1", port))
        except OSError as error:
            raise Conflict(f"Port {port} cannot be opened ({error.strerror}); choose another one.") from error


def _sentences(version: Version, spec: RevisionSpec, stable: RevisionSpec | None, order: Order) -> list[str]:
    said = []
    if stable is None:
        said.append(f"{spec.endpoint} is a new endpoint.")
    elif order.percent:
        said.append(f"r{spec.revision} gets {order.percent} % of the requests, r{stable.revision} the rest.")
    elif order.shadow:
        said.append(f"r{spec.revision} gets a copy of each request; r{stable.revision} answers.")
    else:
        said.append(f"r{spec.revision} takes the place of r{stable.revision}, which is kept for a roll back.")
    if version.spec.signature is None:
        said.append("What the model takes is not known, so requests are not checked.")
    return said


def _command(version: Version, name: str, asked: Asked) -> str:
    parts = [f"%deploy {asked.what or version.name}"]
    parts += [f"--as {name}"] if name != version.model else []
    parts += [f"--replicas {asked.replicas}"] if asked.replicas else []
    parts += [f"--canary {asked.canary}"] if asked.canary is not None else []
    parts += ["--shadow"] if asked.shadow else []
    for option in ("cpus", "memory", "gpus", "port"):
        value = getattr(asked, option)
        parts += [f"--{option} {value}"] if value not in (None, "") else []
    for option in ("promote_if", "rollback_if"):
        value = getattr(asked, option)
        parts += [f'--{option.replace("_", "-")} "{value}"'] if value else []
    return " ".join(parts)
