"""What every route shares: who may ask, how questions are read, how answers and errors are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, get_origin, get_type_hints

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Broken, InvalidInput, InvalidOption, MlopsError, NotFound, Unavailable, nearest
from jupyter_mlops.domain.runs import RunNotes
from jupyter_mlops.server.replies import RunChange
from jupyter_mlops.server.workers import Workers
from jupyter_mlops.services.run import Run
from jupyter_mlops.store.folders import KeptFolder
from jupyter_mlops.workspace import Workspace

T = TypeVar("T")
Row = TypeVar("Row")
Verb = TypeVar("Verb", bound=Callable[..., Any])

WORKERS = "jupyter_mlops_workers"
"""Where the server's settings hold the ``Workers``."""

ARCHIVED = {"no": False, "only": True, "both": None}
"""What a question for archived ones means."""

_OF_JUPYTER = frozenset({"token", "no_track_activity", "_xsrf"})
_FAILURES = {
    400: ("invalid", "The request makes no sense as written."),
    403: ("forbidden", "You may not do this; sign in again, or ask who runs this server."),
    404: ("not_found", "There is nothing at this address."),
    405: ("not_allowed", "Nothing here can be asked in this way."),
    413: ("too_large", "The request is too large."),
}
_UNEXPECTED = ("error", "The server could not answer; its log says why.")


class Failure(msgspec.Struct, frozen=True):
    """What every answer but a good one says.

    Attributes:
        code: A stable word, such as ``not_found``.
        message: One sentence for people.
    """

    code: str
    message: str


class Answers(msgspec.Struct, frozen=True):
    """What one verb of a route takes and gives.

    Attributes:
        reply: The type of a good answer; bytes is a file.
        query: A struct of what may stand behind ``?``.
        body: A struct of what is sent.
        status: Of a good answer.
        also: Other statuses of good answers.
    """

    reply: Any
    query: Any = None
    body: Any = None
    status: int = 200
    also: tuple[int, ...] = ()


def answers(
    reply: Any, *, query: Any = None, body: Any = None, status: int = 200, also: tuple[int, ...] = ()
) -> Callable[[Verb], Verb]:
    """Let a verb say what it takes and gives, for the OpenAPI document."""

    def mark(verb: Verb) -> Verb:
        verb.answers = Answers(reply, query, body, status, also)  # type: ignore[attr-defined]
        return verb

    return mark


class MlopsHandler(APIHandler):
    """The root of all routes. A verb parses, makes one call, and replies; errors of ours become answers here."""

    auth_resource = "jupyter_mlops"

    @property
    def workers(self) -> Workers:
        """Where calls of the store run."""
        workers: Workers = self.settings[WORKERS]
        return workers

    async def read(self, run_id: str, ask: Callable[[Workspace, Run], T]) -> T:
        """Return what ``ask`` says of one run."""
        return await self.workers.read(lambda workspace: ask(workspace, run_of(workspace, run_id)))

    async def act(self, run_id: str, do: Callable[[Workspace, Run], T]) -> T:
        """Return what ``do``, which may take seconds, does to one run."""
        return await self.workers.act(lambda workspace: do(workspace, run_of(workspace, run_id)))

    def question(self, kind: type[T]) -> T:
        """Return what stands behind ``?``.

        Raises:
            InvalidOption: something there is unknown, or of another type.
        """
        fields = get_type_hints(kind)
        given: dict[str, Any] = {}
        for name in self.request.query_arguments:
            values = self.get_query_arguments(name)
            if name in fields:
                given[name] = values if get_origin(fields[name]) is list else values[-1]
            elif name not in _OF_JUPYTER and not name.isdecimal():
                # JupyterLab adds the time, as a bare number, to what must not come from a cache.
                raise InvalidOption(f"There is no {name!r} to ask for here{nearest(name, fields) or '.'}")
        try:
            return msgspec.convert(given, kind, strict=False)
        except msgspec.ValidationError as error:
            raise InvalidOption(f"The question cannot be read: {error}.") from error

    def sent(self, kind: type[T]) -> T:
        """Return what was sent.

        Raises:
            InvalidInput: it is no JSON, or of another shape.
        """
        try:
            return wire.decode(self.request.body, kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidInput(f"What was sent cannot be read: {error}.") from error

    def reply(self, value: Any, status: int = 200) -> None:
        """Answer with ``value``."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(wire.encode(value))

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        error = _error_in(kwargs)
        super().send_error(error.status if isinstance(error, MlopsError) else status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = _error_in(kwargs)
        if isinstance(error, MlopsError):
            failure = Failure(error.code, str(error))
        else:
            failure = Failure(*_FAILURES.get(status_code, _UNEXPECTED))
        self.finish(wire.encode(failure))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        if isinstance(value, Broken | Unavailable):
            self.log.warning("jupyter-mlops: %s", value)
        elif not isinstance(value, MlopsError):
            super().log_exception(typ, value, tb)


class NoSuchRoute(MlopsHandler):
    """Answers what no route does, so that even then a client reads ``{code, message}``."""

    @web.authenticated
    @authorized
    async def get(self, _path: str) -> None:
        """Find nothing."""
        raise web.HTTPError(404)

    put = post = patch = delete = get


def run_of(workspace: Workspace, run_id: str) -> Run:
    """Return the run with that id. A name does not do: which run is its latest may change before the call is read.

    Raises:
        NotFound: there is none.
    """
    run = workspace.runs.get(run_id)
    if run.id != run_id:
        raise NotFound(f"No run has the id {run_id!r}.")
    return run


class Annotating(Protocol):
    """A service that keeps what people write."""

    def annotate(self, folder: Any, notes: RunNotes, /) -> None:
        """Let ``notes`` be what people wrote about what is in ``folder``."""


def changed_notes(service: Annotating, folder: KeptFolder[Any, Any, Any, Row], change: RunChange) -> Row:
    """Let what is in ``folder`` have the notes that ``change`` gives, and return its row."""
    service.annotate(folder, changed(folder.notes(), change))
    return folder.row()


def changed(notes: RunNotes, change: RunChange) -> RunNotes:
    """Return ``notes`` with what ``change`` gives."""
    given = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET}
    if "tags" in given:
        given["tags"] = list(dict.fromkeys(given["tags"]))
    return msgspec.structs.replace(notes, **given)


def _error_in(kwargs: dict[str, Any]) -> BaseException | None:
    found: BaseException | None = kwargs.get("exc_info", (None, None, None))[1]
    return found
