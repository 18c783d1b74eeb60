"""What a model is: a name under which versions are kept, and aliases that point at them.

A *version* is a trained thing with all that is needed to serve it, and with where it came from. It never changes. What
does change, aliases and what people write about it, stands beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from jupyter_mlops.domain.datasets import Fingerprint
from jupyter_mlops.domain.errors import InvalidName
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.names import check_label
from jupyter_mlops.domain.profiles import Profile
from jupyter_mlops.domain.runs import Answered, Noted, Number, Origin, RunNotes, Scalar, State
from jupyter_mlops.domain.signatures import Signature

FORMAT = 1
"""Number of the folder's format; a newer one is refused in one sentence."""

CHAMPION = "champion"
"""The alias of what is to be served; what a model's page compares other versions with."""

LATEST = "latest"
"""What means the highest number, and can therefore be no alias."""


class ModelSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """``model.json``: that there is a model of that name. Written once, with its first version."""

    id: str
    name: str
    created: float
    origin: Origin = Origin()
    platform: str = "local"
    format: int = FORMAT


class VersionSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """``version.json``: what a version is. Written once; the files beside it are listed with their checksums.

    Attributes:
        model: The model's name.
        version: Its number, from 1; numbers are never given twice.
        flavor: How it is stored and loaded: ``sklearn``, ``xgboost``, ``lightgbm``, ``pytorch``, ``tensorflow``,
            ``onnx``, ``python``.
        type: The object's class: ``sklearn.pipeline.Pipeline``.
        python: The interpreter that made it, which replicas use where nothing else is asked.
        python_version: Of that interpreter: ``3.11.7``.
        requirements: Of the environment, as pip takes them: ``scikit-learn==1.9.1``.
        folders: What a server wants, below the version's folder, by the server: ``mlflow``, ``sklearn``, ``xgboost``,
            ``lightgbm``, ``tensorflow``, ``onnx``.
        methods: What can be asked of it, the usual one first: ``predict``, ``predict_proba``.
        classes: What a classifier tells apart, in the order of its scores.
        data: In words, what the profile was made from, or why there is none.
        run: Id of the run that made it; empty if the notebook did.
        run_name: The run's name, which stays when the run is deleted.
        sweep: Id of the sweep that the run is a trial of.
        trial: Number of the trial.
        value: Name of the kept value, or of the notebook's variable.
        code_hash: Of the run's cell.
        metrics: The run's, as they were last.
        params: The run's.
        datasets: Fingerprints of what the run had captured.
        size: Bytes of all files.
        digest: Hexadecimal; of all checksums.
        notes: Sentences that were worth saying when it was registered.
    """

    model: str
    version: int
    created: float
    flavor: str
    type: str = ""
    python: str = ""
    python_version: str = ""
    requirements: list[str] = []
    signature: Signature | None = None
    folders: dict[str, str] = {}
    methods: list[str] = msgspec.field(default_factory=lambda: ["predict"])
    classes: list[str] = []
    data: str = ""
    run: str = ""
    run_name: str = ""
    sweep: str = ""
    trial: int = 0
    value: str = ""
    code_hash: str = ""
    metrics: dict[str, Number] = {}
    params: dict[str, Scalar] = {}
    datasets: list[Fingerprint] = []
    size: int = 0
    digest: str = ""
    notes: list[str] = []
    origin: Origin = Origin()
    command: str = ""
    format: int = FORMAT


class VersionFile(msgspec.Struct, frozen=True):
    """One file of a version, in ``checksums.json``.

    Attributes:
        path: Below the version's folder.
        size: Bytes.
        digest: SHA-256 in hexadecimal.
    """

    path: str
    size: int
    digest: str


class Registered(msgspec.Struct, frozen=True, tag="registered", tag_field="type", omit_defaults=True):
    """There is a new version.

    Attributes:
        size: Bytes of its files.
    """

    time: float
    version: int
    who: str = ""
    size: int = 0


class AliasMoved(msgspec.Struct, frozen=True, tag="alias", tag_field="type", omit_defaults=True):
    """An alias points somewhere else.

    Attributes:
        version: Where it points now; 0 if it is gone.
        before: Where it pointed; 0 if it is new.
    """

    time: float
    alias: str
    version: int
    before: int = 0
    who: str = ""


class VersionDeleted(msgspec.Struct, frozen=True, tag="deleted", tag_field="type", omit_defaults=True):
    """A version is gone; its number stays taken."""

    time: float
    version: int
    who: str = ""


def digest_of(files: Iterable[VersionFile]) -> str:
    """Return what tells whether any file of a version is another one: the digest of all checksums."""
    lines = sorted(f"{file.path}\0{file.size}\0{file.digest}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def check_alias(alias: str) -> str:
    """Return ``alias`` if versions can be pointed at with it.

    Raises:
        InvalidName: it is no label, or is ``latest``.
    """
    if alias.lower() == LATEST:
        raise InvalidName(f"{alias!r} is no alias: it always means the highest version; try 'current'.")
    if alias.isdecimal():
        raise InvalidName(f"{alias!r} is no alias: numbers are versions; try 'v{alias}'.")
    return check_label(alias)


ModelEvent = Registered | AliasMoved | VersionDeleted | Answered | Noted


class ModelStatus(msgspec.Struct, omit_defaults=True):
    """What the events of a model come to.

    Attributes:
        versions: Numbers of the versions that are there, in order.
        last: The highest number that was ever given.
        history: Where aliases pointed, oldest first.
        sizes: Bytes of the versions, by their numbers.
    """

    versions: list[int] = []
    last: int = 0
    aliases: dict[str, int] = {}
    history: list[AliasMoved] = []
    sizes: dict[int, int] = {}
    updated: float = 0.0
    state: State = State.SUCCEEDED
    notes: list[str] = []


class Use(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a version is served.

    Attributes:
        role: ``stable``, ``canary``, ``shadow``, or ``kept`` where it only waits for a roll back.
        percent: Of the traffic.
    """

    endpoint: str
    revision: int
    role: str
    percent: int = 0


class VersionRow(msgspec.Struct, omit_defaults=True):
    """A version as lists show it.

    Attributes:
        broken: Why it cannot be used; empty if it can.
    """

    model: str
    version: int
    created: float = 0.0
    flavor: str = ""
    type: str = ""
    aliases: list[str] = []
    metrics: dict[str, Number] = {}
    size: int = 0
    digest: str = ""
    run: str = ""
    run_name: str = ""
    sweep: str = ""
    trial: int = 0
    uses: list[Use] = []
    note: str = ""
    tags: list[str] = []
    broken: str = ""


class ModelRow(msgspec.Struct, omit_defaults=True):
    """A model as lists show it: one row of the index, derived from its folder alone.

    Attributes:
        id: Its name: there is one model of a name.
        versions: How many there are.
        latest: The highest version; 0 if all are gone.
        champion: Where the alias points; 0 if there is none.
        metrics: Of the champion, else of the latest version.
        recent: Versions as the panel shows them below the model, the latest first, at most 20.
        state: Always ``succeeded``: nothing goes on in a model.
    """

    id: str
    name: str
    versions: int = 0
    latest: int = 0
    champion: int = 0
    flavor: str = ""
    aliases: dict[str, int] = {}
    metrics: dict[str, Number] = {}
    recent: list[VersionRow] = []
    size: int = 0
    created: float = 0.0
    updated: float = 0.0
    platform: str = "local"
    state: State = State.SUCCEEDED
    note: str = ""
    tags: list[str] = []
    archived: bool = False
    broken: str = ""


class ModelSnapshot(msgspec.Struct, omit_defaults=True):
    """A model as its page shows it.

    Attributes:
        versions: All, the latest first.
        history: Where aliases pointed, the latest first.
        home: Id of the home that holds it.
    """

    row: ModelRow
    versions: list[VersionRow] = []
    history: list[AliasMoved] = []
    home: str = ""


class VersionSnapshot(msgspec.Struct, omit_defaults=True):
    """A version as its card and the model's page show it.

    Attributes:
        row: With its aliases and where it serves.
        champion: The version that it is held against: the champion, unless it is that itself; then the one before it.
        example: The first rows of the input example, as the browser fills a form with them: one dict a row for a
            table, one nested list a row for a tensor.
        variable: The notebook variable that carries the model; empty if it is the one that the name gives.
    """

    spec: VersionSpec
    row: VersionRow
    champion: VersionRow | None = None
    profile: Profile | None = None
    files: list[VersionFile] = []
    example: list[Any] = []
    lineage: Lineage = Lineage()
    model: ModelRow | None = None
    variable: str = ""
    home: str = ""
    prompt: int = 0


def apply(status: ModelStatus, event: ModelEvent) -> None:
    """Bring ``status`` up to date with one more event."""
    status.updated = max(status.updated, event.time)
    if isinstance(event, Registered):
        status.versions = sorted({*status.versions, event.version})
        status.last = max(status.last, event.version)
        status.sizes[event.version] = event.size
    elif isinstance(event, AliasMoved):
        status.history.append(event)
        if event.version:
            status.aliases[event.alias] = event.version
        else:
            status.aliases.pop(event.alias, None)
    elif isinstance(event, VersionDeleted):
        status.versions = [version for version in status.versions if version != event.version]
        status.aliases = {alias: version for alias, version in status.aliases.items() if version != event.version}
        status.sizes.pop(event.version, None)
    elif isinstance(event, Noted):
        status.notes.append(event.text)


def version_row(spec: VersionSpec, status: ModelStatus, notes: RunNotes) -> VersionRow:
    """Return a version as lists show it, but for where it serves."""
    return VersionRow(
        model=spec.model,
        version=spec.version,
        created=spec.created,
        flavor=spec.flavor,
        type=spec.type,
        aliases=aliases_of(status, spec.version),
        metrics=spec.metrics,
        size=spec.size,
        digest=spec.digest,
        run=spec.run,
        run_name=spec.run_name,
        sweep=spec.sweep,
        trial=spec.trial,
        note=notes.note,
        tags=notes.tags,
    )


def aliases_of(status: ModelStatus, version: int) -> list[str]:
    """Return the aliases that point at a version, the champion's first."""
    found = (alias for alias, there in status.aliases.items() if there == version)
    return sorted(found, key=lambda alias: (alias != CHAMPION, alias))


def row_of(
    spec: ModelSpec, status: ModelStatus, recent: list[VersionRow], shown: VersionRow | None, notes: RunNotes
) -> ModelRow:
    """Return the row of the index.

    Args:
        spec: That there is the model.
        status: What its events come to.
        recent: The latest versions, the latest first.
        shown: The champion, else the latest version; None if there is none.
        notes: What people wrote about the model.
    """
    return ModelRow(
        id=spec.id,
        name=spec.name,
        versions=len(status.versions),
        latest=status.versions[-1] if status.versions else 0,
        champion=status.aliases.get(CHAMPION, 0),
        flavor=shown.flavor if shown is not None else "",
        aliases=dict(sorted(status.aliases.items())),
        metrics=shown.metrics if shown is not None else {},
        recent=recent,
        size=sum(status.sizes.values()),
        created=spec.created,
        updated=max(status.updated, spec.created),
        platform=spec.platform,
        note=notes.note,
        tags=notes.tags,
        archived=notes.archived,
    )
