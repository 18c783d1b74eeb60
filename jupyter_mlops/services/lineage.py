"""Where something comes from and what came of it: data, code, sweep, run, version, revision.

Runs and models come from the index; what it does not hold, such as fingerprints, from the folder of the one run that is
meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import PurePosixPath

from jupyter_mlops.domain.datasets import Datasets, Fingerprint
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.lineage import Lineage, Link
from jupyter_mlops.domain.models import Use, VersionRow, VersionSpec
from jupyter_mlops.domain.runs import Origin, RunRow, RunSpec, Scalar
from jupyter_mlops.domain.units import format_metric
from jupyter_mlops.services.facts import decoded
from jupyter_mlops.services.uses import Uses
from jupyter_mlops.store.endpoints import EndpointFolder
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.models import LISTED, ModelFolder
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweeps import SweepFolder

_DETAILS = 4
_SHORT = 12
_TABLE = 2


class Lineages:
    """Follows chains through one home.

    Args:
        home: Where everything is.
        index: The home's index.
        uses: Where versions are served.
    """

    def __init__(self, home: Home, index: Index, uses: Uses) -> None:
        self._home = home
        self._index = index
        self._uses = uses

    def of_run(self, run_id: str) -> Lineage:
        """Return the chain of a run: its data and code, and the versions that were made of it."""
        spec = _spec_of(RunFolder(self._home.runs / run_id))
        links = self._before(spec, _datasets(self._home, run_id))
        links.append(self._run(run_id, spec.name if spec else run_id, spec, here=True))
        versions = self._versions(lambda row: row.run == run_id)
        links += [_version(row) for row in versions]
        for row in versions:
            links += self._revisions(row.model, row.version)
        return Lineage(links)

    def of_sweep(self, sweep_id: str) -> Lineage:
        """Return the chain of a sweep: its data and code, the trials that became versions, and where those serve."""
        folder = SweepFolder(self._home.sweeps / sweep_id)
        spec = None
        with suppress(MlopsError, OSError):
            spec = folder.spec().run
        datasets = decoded(folder.path / "datasets.json", Datasets) or Datasets()
        links = [*_data(datasets.datasets), *(_code(spec.code_hash, spec.name, spec.origin) if spec else [])]
        links.append(self._sweep(sweep_id, spec.name if spec else sweep_id, here=True))
        versions = self._versions(lambda row: row.sweep == sweep_id)
        for run_id in dict.fromkeys(row.run for row in versions):
            run = _spec_of(RunFolder(self._home.runs / run_id))
            named = next(row for row in versions if row.run == run_id)
            links.append(self._run(run_id, named.run_name, run) if run else _gone(named, {}))
        links += [_version(row) for row in versions]
        for row in versions:
            links += self._revisions(row.model, row.version)
        return Lineage(links)

    def of_version(self, model: str, version: int) -> Lineage:
        """Return the chain of a version.

        Raises:
            NotFound: there is no such version.
        """
        folder = ModelFolder(self._home.models / model)
        spec = folder.version(version)
        row = folder.version_row(version, folder.status())
        return Lineage([*self._to_version(spec), _version(row, here=True), *self._revisions(model, version)])

    def of_revision(self, endpoint: str, revision: int) -> Lineage:
        """Return the chain of a revision of an endpoint.

        Raises:
            NotFound: there is no such revision.
        """
        asked = EndpointFolder(self._home.endpoints / endpoint).revision(revision)
        folder = ModelFolder(self._home.models / asked.model)
        try:
            spec = folder.version(asked.version)
            before = [*self._to_version(spec), _version(folder.version_row(asked.version, folder.status()))]
        except MlopsError:
            before = [_version(VersionRow(asked.model, asked.version), gone=True)]
        uses = [use for use in self._uses.of(asked.model, asked.version) if use.endpoint == endpoint]
        use = next((use for use in uses if use.revision == revision), Use(endpoint, revision, "kept"))
        return Lineage([*before, _revision(use, here=True)])

    def _to_version(self, version: VersionSpec) -> list[Link]:
        """Return what a version comes from, as far as it is known or the version itself tells."""
        if not version.run:
            return _data(version.datasets)
        spec = _spec_of(RunFolder(self._home.runs / version.run))
        if spec is not None:
            return [*self._before(spec, version.datasets), self._run(version.run, version.run_name, spec)]
        links = [*_data(version.datasets), *_code(version.code_hash, version.run_name, None)]
        if version.sweep:
            links.append(self._sweep(version.sweep, version.run_name))
        return [*links, _gone(version, version.params)]

    def _before(self, spec: RunSpec | None, datasets: Iterable[Fingerprint]) -> list[Link]:
        if spec is None:
            return _data(datasets)
        links = [*_data(datasets), *_code(spec.code_hash, spec.name, spec.origin)]
        return [*links, self._sweep(spec.sweep, spec.name)] if spec.sweep else links

    def _run(self, run_id: str, name: str, spec: RunSpec | None, *, here: bool = False) -> Link:
        row = self._index.get(run_id)
        title = _title(name, spec.sweep, spec.trial or 0) if spec is not None else name
        return Link("run", run_id, title, _of_run(row, spec), here, gone=spec is None)

    def _sweep(self, sweep_id: str, name: str, *, here: bool = False) -> Link:
        row = self._index.sweeps.get(sweep_id)
        details = [] if row is None else [f"{row.algorithm}, {row.complete} of {row.wanted} trials complete"]
        return Link("sweep", sweep_id, name, details, here, gone=not (self._home.sweeps / sweep_id).is_dir())

    def _versions(self, fits: Callable[[VersionRow], bool]) -> list[VersionRow]:
        found: list[VersionRow] = []
        for model in self._index.models.list():
            rows = model.recent
            if model.versions > LISTED:
                with suppress(MlopsError):
                    rows = ModelFolder(self._home.models / model.id).version_rows()
            found += filter(fits, rows)
        return sorted(found, key=lambda row: (row.model, row.version))

    def _revisions(self, model: str, version: int) -> list[Link]:
        return [_revision(use) for use in self._uses.of(model, version)]


def _data(datasets: Iterable[Fingerprint]) -> list[Link]:
    return [Link("data", one.digest, f"{one.name}{one.part}", [_extent(one)]) for one in datasets]


def _extent(data: Fingerprint) -> str:
    rows = f"{data.rows:,} {'row' if data.rows == 1 else 'rows'}"
    columns = len(data.columns) or (data.shape[1] if len(data.shape) == _TABLE else 0)
    if columns:
        return f"{rows}, {columns:,} {'column' if columns == 1 else 'columns'}"
    return f"{rows} of {' x '.join(map(str, data.shape[1:]))}" if data.shape[1:] else rows


def _code(code_hash: str, name: str, origin: Origin | None) -> list[Link]:
    if not code_hash:
        return []
    title = f"cell of {name}"
    if origin is not None and origin.notebook:
        title = PurePosixPath(origin.notebook).name + (f", cell {origin.prompt}" if origin.prompt else "")
    elif origin is not None and origin.prompt:
        title = f"cell {origin.prompt}"
    return [Link("code", code_hash, title, [code_hash[:_SHORT]])]


def _gone(version: VersionRow | VersionSpec, params: dict[str, Scalar]) -> Link:
    """Return the run of a version that was deleted since."""
    title = _title(version.run_name, version.sweep, version.trial)
    return Link("run", version.run, title, _told(params), gone=True)


def _title(name: str, sweep: str, trial: int) -> str:
    return f"{name}/{trial}" if sweep and trial else name


def _of_run(row: RunRow | None, spec: RunSpec | None) -> list[str]:
    if row is None:
        return [] if spec is None else _told(spec.params)
    return [*_told(row.params), *(f"{name} {format_metric(float(one.last))}" for name, one in row.metrics.items())][
        :_DETAILS
    ]


def _told(params: dict[str, Scalar]) -> list[str]:
    return [f"{name}={value}" for name, value in params.items()][:_DETAILS]


def _version(row: VersionRow, *, here: bool = False, gone: bool = False) -> Link:
    details = [*(f"@{alias}" for alias in row.aliases), *([row.flavor] if row.flavor else [])]
    return Link("version", f"{row.model}:{row.version}", f"{row.model} v{row.version}", details, here, gone)


def _revision(use: Use, *, here: bool = False) -> Link:
    percent = f" {use.percent} %" if use.percent else ""
    return Link(
        "revision", f"{use.endpoint}/r{use.revision}", f"{use.endpoint} r{use.revision}", [use.role + percent], here
    )


def _spec_of(folder: RunFolder) -> RunSpec | None:
    with suppress(MlopsError, OSError):
        return folder.spec()
    return None


def _datasets(home: Home, run_id: str) -> list[Fingerprint]:
    found = decoded(home.runs / run_id / "datasets.json", Datasets)
    return [] if found is None else found.datasets
