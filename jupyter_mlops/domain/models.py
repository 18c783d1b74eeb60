"""What a model is: a name under which versions are kept, and aliases that point at them.

A *version* is a trained thing with all that is needed to serve it, and with where it came from. It never changes. What
does change, aliases and what people write about it, stands beside it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from jupyter_mlops.domain.datasets import Fingerprint
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.profiles import Profile
from jupyter_mlops.domain.runs import Answered, Noted, Number, Origin, Scalar, State
from jupyter_mlops.domain.signatures import Signature

FORMAT = 1
"""Number of the folder's format; a newer one is refused in one sentence."""

CHAMPION = "champion"
"""The alias of what is to be served; what a model's page compares other versions with."""


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
    """There is a new version."""

    time: float
    version: int
    who: str = ""


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


ModelEvent = Registered | AliasMoved | VersionDeleted | Answered | Noted


class ModelStatus(msgspec.Struct, omit_defaults=True):
    """What the events of a model come to.

    Attributes:
        versions: Numbers of the versions that are there, in order.
        last: The highest number that was ever given.
        history: Where aliases pointed, oldest first.
    """

    versions: list[int] = []
    last: int = 0
    aliases: dict[str, int] = {}
    history: list[AliasMoved] = []
    updated: float = 0.0
    state: State = State.SUCCEEDED


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
