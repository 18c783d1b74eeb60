"""What users mean when they say endpoint: deploy, list, get, ask, move its traffic, judge, stop, start, delete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_mlops.domain.endpoints import EndpointSnapshot, EndpointSpec, EndpointStatus, Order
from jupyter_mlops.domain.errors import Conflict, InvalidInput, InvalidOption, NotFound, nearest
from jupyter_mlops.domain.gates import parse_gate
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.names import check_label
from jupyter_mlops.domain.observed import Drift, Measure, RevisionStats, Sample, StatPoint
from jupyter_mlops.domain.observed import Scoreboard as Board
from jupyter_mlops.domain.orders import Gates
from jupyter_mlops.domain.quality import find_metric
from jupyter_mlops.domain.rollouts import revision_of
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.where import Condition, Where, parse_where
from jupyter_mlops.platforms.deployer import Address, Deployer
from jupyter_mlops.platforms.judging import differences_of, read_pair
from jupyter_mlops.services import deploying
from jupyter_mlops.services.deploying import Asked, Deployment
from jupyter_mlops.services.endpoint import Endpoint
from jupyter_mlops.services.endpointlist import EndpointList
from jupyter_mlops.services.endpointsnapshots import board_of, drift_of, read_endpoint
from jupyter_mlops.services.interrupts import interrupted
from jupyter_mlops.services.kept import Kept, await_keeper, who
from jupyter_mlops.services.models import Models
from jupyter_mlops.services.origin import read_origin, refuse_inside_a_rank
from jupyter_mlops.services.predicting import Predictor
from jupyter_mlops.services.scoreboard import HeldOut, Scoreboard, held_out, rows_of, store_pair, truth_of
from jupyter_mlops.services.version import Version
from jupyter_mlops.store import deletion, machine
from jupyter_mlops.store.endpoints import EndpointFolder, next_revision, write_revision
from jupyter_mlops.store.watched import Watched

_LOOK_SECONDS = 0.005
_SETTLE_SECONDS = 2.0
_LOG_BYTES = 64 << 10


class Endpoints(Kept[Endpoint, EndpointFolder]):
    """The endpoints of one home. Use it from one thread at a time.

    Args:
        models: The models of the same home.
        deployers: What serves, by the name of its platform; ``local`` is used where none is named.
        clock: Seconds since the epoch.
    """

    noun = "endpoint"

    def __init__(self, models: Models, deployers: Mapping[str, Deployer], clock: Callable[[], float]) -> None:
        super().__init__(models.runs.index.endpoints, clock)
        self.home = models.home
        self.models = models
        self.rows = models.runs.index.endpoints
        self._deployers = deployers
        self._predictors: dict[str, Predictor] = {}

    def deploy(
        self,
        what: str | Version,
        *,
        endpoint: str = "",
        judge: tuple[Any, Any] | None = None,
        metric: str = "",
        prompt: int = 0,
        cell: str = "",
        notebook: str = "",
        **asked: Any,
    ) -> Endpoint:
        """Serve a version, and return its endpoint when it has its traffic.

        Args:
            what: A version: ``digits@champion``, ``digits:3``, ``digits``; it is that version that is served, also when
                the alias moves.
            endpoint: Name of the endpoint; the model's if it is empty. Where there is one of that name, the version
                becomes its next revision, and what is not asked for is as in its stable revision.
            judge: Held-out rows and what is true of them; they are stored with the endpoint and replayed.
            metric: What is measured of them: ``accuracy``, ``rmse``, ...
            prompt: The number in the cell's ``[n]``.
            cell: Id of the notebook's cell.
            notebook: Path of the notebook.
            **asked: ``replicas`` (``2``, ``"1..4"``), ``canary`` (percent), ``shadow``, ``cpus``, ``memory``, ``gpus``,
                ``port``, ``python``, ``promote_if``, ``rollback_if``, ``command``.

        Raises:
            InvalidInput: something makes no sense as asked; nothing was changed.
            NotFound: there is no such version; the nearest is named.
            Conflict: it cannot be done as things stand; or the revision never became ready, which changes nothing of
                the traffic and is told.
            Unsupported: the interpreter lacks what serving needs; the command that installs it is told.
        """
        refuse_inside_a_rank()
        plan = self.plan(what, endpoint=endpoint, prompt=prompt, cell=cell, notebook=notebook, **asked)
        name = plan.spec.endpoint
        held = self._checked_before(plan, judge, metric)
        try:
            self._bring_up(plan)
            found = self.get(name)
            found.remarks = plan.sentences
            self._settings(found, plan, held)
        except KeyboardInterrupt:
            if not self._is_there(name):
                raise
            # Its keeper goes on with what it was asked for, whoever waits.
            raise interrupted(
                f'{name} goes on with r{plan.spec.revision}; connect().endpoints.get("{name}") shows how it stands.'
            ) from None
        finally:
            self.rows.refresh(self._folder(name))
        return found

    def plan(
        self,
        what: str | Version,
        *,
        endpoint: str = "",
        prompt: int = 0,
        cell: str = "",
        notebook: str = "",
        **asked: Any,
    ) -> Deployment:
        """Return what ``deploy`` would do with the same arguments, and do nothing.

        Raises:
            MlopsError: it would not be done.
        """
        known = [name for name in Asked.__struct_fields__ if name != "what"]
        unknown = next((name for name in asked if name not in known), "")
        if unknown:
            raise InvalidOption(f"deploy has no option {unknown!r}{nearest(unknown, known) or '.'}")
        version = self.models.version(what)
        asked["what"] = what if isinstance(what, str) else version.name
        name = check_label(endpoint or version.model)
        status, number = None, 1
        if self._is_there(name):
            folder = self._folder(name)
            status, number = folder.status(), next_revision(folder)
        origin = read_origin(machine.machine_id(), machine.boot_id(), cell=cell, notebook=notebook, prompt=prompt)
        plan = deploying.planned(
            version, name, Asked(**asked), status=status, number=number, origin=origin, now=self._clock()
        )
        self._deployer().check(plan.spec)
        return plan

    def get(self, which: str | Endpoint) -> Endpoint:
        """Return an endpoint by its name.

        Raises:
            NotFound: there is none of that name; the nearest is named.
        """
        if isinstance(which, Endpoint):
            return which
        if not self._is_there(which):
            raise NotFound(f"There is no endpoint {which!r}{nearest(which, self.rows.names()) or '.'}")
        return Endpoint(self._folder(which), self)

    def list(
        self,
        where: str | Iterable[Condition] = "",
        *,
        sort: str = "created",
        descending: bool = True,
        limit: int | None = None,
        offset: int = 0,
        archived: bool | None = False,
    ) -> EndpointList:
        """Return the endpoints that fit, the latest first; see ``Sweeps.list``."""
        conditions = parse_where(where, self._clock()) if isinstance(where, str) else tuple(where)
        wanted = Where(
            conditions=conditions, archived=archived, sort=sort, descending=descending, limit=limit, offset=offset
        )
        self.settle_all()
        rows = self.rows.list(wanted)
        shown = where if isinstance(where, str) else ""
        return EndpointList([Endpoint(self._folder(row.id), self) for row in rows], rows, self._clock, shown)

    def predict(self, endpoint: Endpoint, rows: Any, methods: Iterable[str], revision: int = 0) -> dict[str, Any]:
        status = endpoint.folder.status()
        signature = revision_of(status, status.stable).spec.signature if status.stable else None
        return self.predictor(endpoint).ask(rows, list(methods), revision, signature)

    def hang_up(self) -> None:
        """Let go of connections. Endpoints go on."""
        while self._predictors:
            self._predictors.popitem()[1].close()

    def predictor(self, endpoint: Endpoint) -> Predictor:
        """Return what asks an endpoint that is up.

        Raises:
            Conflict: it is not.
        """
        name = endpoint.name
        if endpoint.folder.status().state.is_finished:
            self._be_up(name)
        if name not in self._predictors:
            folder, deployer = endpoint.path, self._deployer()
            self._predictors[name] = Predictor(name, lambda: deployer.address(folder), lambda: self._be_up(name))
        return self._predictors[name]

    def address(self, endpoint: Endpoint) -> Address:
        return self._deployer().address(endpoint.path)

    def promote(self, endpoint: str | Endpoint) -> Endpoint:
        return self._done(endpoint, "promote", Order())

    def rollback(self, endpoint: str | Endpoint, to: int | str | None = None) -> Endpoint:
        return self._done(endpoint, "rollback", Order(revision=_number(to)))

    def canary(self, endpoint: str | Endpoint, percent: int | str) -> Endpoint:
        return self._done(endpoint, "canary", Order(percent=deploying.percentage(percent)))

    def scale(self, endpoint: str | Endpoint, replicas: int | str, revision: int | str | None = None) -> Endpoint:
        least, most = deploying.replicas(replicas)
        return self._done(endpoint, "scale", Order(revision=_number(revision), least=least, most=most))

    def port(self, endpoint: str | Endpoint, number: int | str) -> Endpoint:
        return self._done(endpoint, "port", Order(port=deploying.port_of(number)))

    def gates(
        self, endpoint: str | Endpoint, promote_if: str | None = None, rollback_if: str | None = None
    ) -> Endpoint:
        found = self.get(endpoint)
        before = found.folder.status().gates
        wanted = deploying.checked_gates(
            before.promote if promote_if is None else promote_if,
            before.rollback if rollback_if is None else rollback_if,
        )
        return self._done(found, "gates", Order(gates=wanted))

    def stop(self, endpoint: str | Endpoint) -> Endpoint:
        found = self.get(endpoint)
        if not found.folder.status().state.is_finished:
            self._done(found, "stop", Order())
            await_keeper(found.folder)
        return found

    def start(self, endpoint: str | Endpoint) -> Endpoint:
        return self._done(endpoint, "start", Order())

    def close(self, endpoint: str | Endpoint) -> Endpoint:
        """Write by hand that an endpoint of another machine, which will not come back, has ended.

        Raises:
            Conflict: it has ended, or goes on here.
        """
        from jupyter_mlops.store.endpointkeeping import EndpointKeeper

        found = self.get(endpoint)
        with self._closing(found) as why:
            keeper = EndpointKeeper(self.home, found.path, self._clock)
            try:
                keeper.finish(State.STOPPED, why)
            finally:
                keeper.close()
        return found

    def delete(self, endpoint: str | Endpoint, *, stop: bool = False) -> int:
        """Delete an endpoint with all its revisions and return the bytes that this freed.

        Raises:
            Conflict: it is up, and ``stop`` is not set.
        """
        found = self.get(endpoint)
        is_broken = bool(found.folder.row().broken)
        if stop and not is_broken:
            self.stop(found)
        if is_broken or found.folder.status().state.is_finished:
            await_keeper(found.folder)
        try:
            return deletion.delete(self.home, found.folder)
        finally:
            if found.id in self._predictors:
                self._predictors.pop(found.id).close()
            self.rows.refresh(found.folder)

    def delete_revision(self, endpoint: str | Endpoint, revision: int | str) -> Endpoint:
        """Forget a kept revision, so that its version may be deleted."""
        return self._done(endpoint, "delete", Order(revision=_number(revision)))

    def scoreboard(self, endpoint: Endpoint, rows: Any = None, truth: Any = None, metric: Any = "") -> Scoreboard:
        if (rows is None) != (truth is None):
            raise InvalidInput("A scoreboard needs rows and what is true of them: endpoint.scoreboard(X_test, y_test).")
        if callable(metric):
            return self._of_function(endpoint, rows, truth, metric)
        if rows is not None:
            self._store_pair(endpoint, self._held_out(rows, truth, metric, self._served(endpoint)))
        try:
            return self._last_board(self.replay(endpoint))
        except KeyboardInterrupt:
            raise interrupted(f"The replay of {endpoint.name} goes on; {endpoint.name} answers as before.") from None

    def replay(self, endpoint: str | Endpoint) -> Endpoint:
        """Replay the held-out rows that are stored with it on stable and canary.

        Raises:
            Conflict: none are stored, or it is stopped.
        """
        return self._done(endpoint, "judge", Order())

    def token(self, endpoint: Endpoint) -> str:
        try:
            return (endpoint.path / "token").read_text(encoding="utf-8").strip()
        except FileNotFoundError as error:
            raise NotFound(
                f"{endpoint.name} has no port, so it needs no token; endpoint.port(8080) opens one."
            ) from error

    def logs(self, endpoint: Endpoint, source: str = "router", most: int = _LOG_BYTES) -> str:
        """Return the end of a log: of the ``router``, the ``keeper``, or a replica, ``r3/0``.

        Raises:
            NotFound: there is no such log; those that there are are named.
        """
        paths = self.log_paths(endpoint)
        if source not in paths:
            raise NotFound(f"{endpoint.name} has no log {source!r}; it has {', '.join(paths) or 'none yet'}.")
        with paths[source].open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most))
            return file.read().decode("utf-8", "replace")

    def log_paths(self, endpoint: Endpoint) -> dict[str, Path]:
        """Return the logs that there are, by their names."""
        found = {"keeper": endpoint.path / "keeper.log"}
        for path in sorted((endpoint.path / "logs").glob("*.log")):
            found[path.stem.replace("-", "/", 1) if path.stem.startswith("r") and "-" in path.stem else path.stem] = (
                path
            )
        return {name: path for name, path in found.items() if path.is_file()}

    def stats(self, endpoint: Endpoint) -> _Stats:
        with Watched(endpoint.folder.watched) as watched:
            return watched.stats(self._clock())

    def points(self, endpoint: Endpoint, seconds: int = 3600, most: int = 120) -> _Points:
        """Return what its requests were like over time, oldest first."""
        with Watched(endpoint.folder.watched) as watched:
            return watched.points(self._clock(), seconds, most)

    def drift(self, endpoint: Endpoint) -> Drift | None:
        return drift_of(endpoint.folder, revision_of(endpoint.status, endpoint.revision).spec)

    def samples(self, endpoint: Endpoint) -> _Samples:
        with Watched(endpoint.folder.watched) as watched:
            return watched.samples()

    def lineage(self, endpoint: Endpoint, revision: int = 0) -> Lineage:
        status = endpoint.folder.status()
        shown = revision or status.stable or (status.revisions[-1].spec.revision if status.revisions else 0)
        return self.models.lineages.of_revision(endpoint.id, shown)

    def is_finished_within(self, endpoint: Endpoint, seconds: float) -> bool:
        return self._deployer().wait(endpoint.path, seconds) or endpoint.state.is_finished

    def settle(self, folder: EndpointFolder) -> None:
        if folder.is_kept():
            return
        deployer = self._deployers.get(folder.spec().platform)
        if deployer is not None:
            deployer.settle(folder.path)
            self.rows.refresh(folder)

    def snapshot(self, endpoint: str | Endpoint) -> EndpointSnapshot:
        """Return an endpoint as its card and its page show it."""
        found = self.get(endpoint)
        if not found.folder.row().broken:
            found.status  # noqa: B018 - settles it, so that the card tells the truth
        snapshot = read_endpoint(found.folder, self.home.id, self.address(found), self._clock())
        snapshot.variable, snapshot.detached = found.variable, found.is_detached
        snapshot.notes = [*found.remarks, *snapshot.notes]
        if not snapshot.row.broken:
            snapshot.lineage = self.lineage(found) if snapshot.revisions else Lineage()
            snapshot.notes += self._moved_aliases(found)
            if not snapshot.row.state.is_finished:
                snapshot.elsewhere = self.elsewhere(found)
                snapshot.notes = [*([snapshot.elsewhere] if snapshot.elsewhere else []), *snapshot.notes]
        return snapshot

    def bundle(self, snapshot: EndpointSnapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        from jupyter_mlops.cards.endpoints import endpoint_mimebundle

        del is_tall, is_first
        return endpoint_mimebundle(snapshot, self._clock())

    def _bring_up(self, plan: Deployment) -> None:
        """Start a revision, and return when it has its traffic."""
        folder = self._folder(plan.spec.endpoint)
        if not self._is_there(folder.id):
            self._publish(plan)
            return
        try:
            write_revision(folder.path, plan.spec)
        except FileExistsError as error:
            raise Conflict(f"Somebody else deploys to {folder.id} in this moment; try again.") from error
        self._do(folder.id, "deploy", plan.order)

    def _publish(self, plan: Deployment) -> None:
        """Make a new endpoint with its first revision; return when that answers."""
        spec = plan.spec
        wanted = EndpointSpec(id=spec.endpoint, name=spec.endpoint, created=spec.created, origin=spec.origin)

        def write(draft: Path, endpoint: EndpointSpec) -> EndpointSpec:
            write_revision(draft, spec)
            return endpoint

        submission = self.models.runs.submission
        path = submission.publish(wanted, self.home.endpoints, self._deployer(), write, is_named=True)
        folder = EndpointFolder(path)
        self.rows.refresh(folder)
        status = self._begun(folder)
        self.rows.refresh(folder)
        if status.state is State.FAILED:
            raise Conflict(f"{spec.endpoint} does not answer: {status.why}")

    def _begun(self, folder: EndpointFolder) -> EndpointStatus:
        """Return how an endpoint stands when its first revision answers, or never will."""
        settled = time.monotonic()
        while True:
            status = folder.status()
            if status.state.is_finished or status.stable:
                return status
            if time.monotonic() - settled > _SETTLE_SECONDS:
                self.settle(folder)
                settled = time.monotonic()
            time.sleep(_LOOK_SECONDS)

    def _settings(self, found: Endpoint, plan: Deployment, held: HeldOut | None) -> None:
        if plan.gates is not None:
            self._do(found.id, "gates", Order(gates=plan.gates))
        if plan.port is not None:
            self._do(found.id, "port", Order(port=plan.port))
        if held is not None:
            self._store_pair(found, held)
        if plan.order.percent or plan.order.shadow or held is not None:
            self._judge_if_it_can(found)

    def _judge_if_it_can(self, found: Endpoint) -> None:
        if not (found.folder.judge / "judge.json").exists():
            return
        said = self._do(found.id, "judge", Order())
        board = board_of(found.folder)
        if board is not None and said != board.sentence:
            # The gates have decided, so that what was planned is not how it is.
            found.remarks = [said]

    def _held_out(self, rows: Any, truth: Any, metric: str, served: str) -> HeldOut:
        """Return a held-out pair that fits a version, in so far as that can be told before anything is asked."""
        return held_out(rows, truth, metric, self.models.version(served).spec if served else None)

    def _store_pair(self, endpoint: Endpoint, held: HeldOut) -> None:
        """Store a held-out pair, unless the stable revision does not take its rows."""
        status = endpoint.folder.status()
        if status.stable:
            # In its own words, before what is stored there is replaced.
            endpoint.predict(held.rows[:5], method=find_metric(held.pair.metric).method, revision=status.stable)
        store_pair(endpoint.path, held)

    def _served(self, endpoint: Endpoint) -> str:
        status = endpoint.folder.status()
        if not status.stable:
            return ""
        spec = revision_of(status, status.stable).spec
        return f"{spec.model}:{spec.version}"

    def _checked_before(self, plan: Deployment, judge: tuple[Any, Any] | None, metric: str) -> HeldOut | None:
        """Refuse what would be refused after the traffic has moved: held-out rows, gates on them, a port.

        Returns:
            The held-out rows, if there are some.
        """
        spec = plan.spec
        held = None
        if judge is not None:
            held = self._held_out(*judge, metric, f"{spec.model}:{spec.version}")
        elif metric:
            find_metric(metric)
            raise InvalidOption("--metric is of held-out rows; name them: --judge X_test,y_test.")
        measured = held.pair.metric if held is not None else self._measured(spec.endpoint)
        gates = plan.gates or Gates()
        parse_gate("promote_if", gates.promote, measured)
        parse_gate("rollback_if", gates.rollback, measured)
        if plan.port and plan.port != self._port_of(spec.endpoint):
            deploying.check_port(plan.port)
        return held

    def _measured(self, name: str) -> str:
        """Return what is measured of the held-out rows that are stored; empty if none are."""
        if not self._is_there(name) or not (self._folder(name).judge / "judge.json").exists():
            return ""
        return read_pair(self._folder(name).path)[0].metric

    def _port_of(self, name: str) -> int:
        return self._folder(name).status().port if self._is_there(name) else 0

    def _of_function(self, endpoint: Endpoint, rows: Any, truth: Any, metric: Callable[..., float]) -> Scoreboard:
        """Measure with a function of the notebook, which nobody else can call."""
        if rows is None:
            raise InvalidInput(
                "With a metric of your own give the rows too: endpoint.scoreboard(X_test, y_test, metric)."
            )
        status = endpoint.status
        numbers = [number for number in (status.stable, status.canary or status.shadow) if number]
        answers = [endpoint.predict(rows, revision=number) for number in numbers]
        values = [float(metric(truth, each)) for each in answers]
        name = getattr(metric, "__name__", "metric")
        board = Board(
            time=self._clock(),
            stable=numbers[0],
            canary=numbers[1] if len(numbers) > 1 else 0,
            metric=name,
            rows=len(answers[0]),
            measures=[Measure(name, values[0], values[1] if len(values) > 1 else None)],
            sentence=f"{name} is a function of this notebook, so a click cannot replay it and no gate can name it.",
        )
        if len(answers) > 1:
            found = differences_of(truth_of(truth), *(each.tolist() for each in answers))
            board.differing, board.differences = len(found), found[:100]
        return Scoreboard(board, lambda: rows_of(rows))

    def _last_board(self, endpoint: Endpoint) -> Scoreboard:
        board = board_of(endpoint.folder)
        if board is None:
            raise NotFound(f"{endpoint.name} has no scoreboard yet; endpoint.scoreboard(X_test, y_test) makes one.")
        return Scoreboard(board, lambda: read_pair(endpoint.path)[1])

    def _moved_aliases(self, found: Endpoint) -> Sequence[str]:
        """Return a sentence if the alias by which the stable revision was deployed points elsewhere by now."""
        status = found.folder.status()
        if not status.stable:
            return []
        spec = revision_of(status, status.stable).spec
        _, at, alias = spec.command.partition("@")
        alias = alias.split()[0] if at and alias.split() else ""
        try:
            now = self.models.get(spec.model).aliases.get(alias, 0) if alias else 0
        except NotFound:
            return []
        if now in (0, spec.version):
            return []
        moved = f"@{alias} points at {spec.model}:{now} by now, and {found.name} serves {spec.model}:{spec.version}"
        return [f"{moved}; %deploy {spec.model}@{alias} moves it."]

    def _be_up(self, name: str) -> None:
        endpoint = self.get(name)
        status = endpoint.status
        if status.state.is_finished:
            why = f" ({status.why.rstrip('.')})" if status.why else ""
            raise Conflict(f"{name} is {status.state}{why}; %endpoints start {name} brings it up.")

    def _done(self, endpoint: str | Endpoint, verb: str, order: Order) -> Endpoint:
        found = self.get(endpoint)
        self._do(found.id, verb, order)
        # What was said when it was deployed is not how it is any more.
        found.remarks = []
        self.rows.refresh(found.folder)
        return found

    def _do(self, name: str, verb: str, order: Order) -> str:
        return self._deployer().do(self._folder(name).path, verb, order, who())

    def _deployer(self) -> Deployer:
        return self._deployers["local"]

    def _is_there(self, name: str) -> bool:
        return bool(name) and "/" not in name and (self.home.endpoints / name / "spec.json").exists()

    def _folder(self, an_id: str) -> EndpointFolder:
        return EndpointFolder(self.home.endpoints / an_id)


# The class above has a method named ``list``, which hides the type from its annotations.
_Stats = list[RevisionStats]
_Samples = list[Sample]
_Points = list[StatPoint]


def _number(revision: int | str | None) -> int:
    """Return the number of a revision: ``3`` or ``"r3"``.

    Raises:
        InvalidOption: it is none.
    """
    if revision is None:
        return 0
    text = str(revision).removeprefix("r")
    if not text.isdecimal():
        raise InvalidOption(f"A revision is a number, as in r3, not {revision!r}.")
    return int(text)
