"""The composition root: the only place where objects are built.

``connect()`` is what users call. Kernel, script and server are equals: each opens the same home.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from jupyter_mlops.domain.homes import HomeSummary
from jupyter_mlops.platforms.base import Launcher, Tuner
from jupyter_mlops.platforms.deployer import Deployer
from jupyter_mlops.platforms.registry import Registry
from jupyter_mlops.services.homes import summarize
from jupyter_mlops.services.origin import current_shell
from jupyter_mlops.services.runs import Runs
from jupyter_mlops.store.home import Home, default_path
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.settings import Settings

if TYPE_CHECKING:
    from jupyter_mlops.services.compare import Comparisons
    from jupyter_mlops.services.comparison import RunComparison
    from jupyter_mlops.services.endpoints import Endpoints
    from jupyter_mlops.services.models import Models
    from jupyter_mlops.services.sweep import Sweep
    from jupyter_mlops.services.sweeps import Sweeps
    from jupyter_mlops.services.wanted import What

T = TypeVar("T")
_open: dict[tuple[Path, int], Workspace] = {}


class Workspace:
    """An open home with all that can be done in it.

    Args:
        home: The home.
        launchers: What runs, by the name of its platform.
        tuners: What searches, by the name of its platform; None where nothing is searched.
        registries: What keeps versions of models, by the name of its platform; None where nothing is registered.
        deployers: What serves them, by the name of its platform; None where nothing is served.

    Attributes:
        platform: Where runs go that name no platform, in this process.
    """

    def __init__(
        self,
        home: Home,
        launchers: Mapping[str, Launcher],
        tuners: Mapping[str, Tuner] | None = None,
        registries: Mapping[str, Registry] | None = None,
        deployers: Mapping[str, Deployer] | None = None,
    ) -> None:
        self.home = home
        self.index = Index(home)
        self.platforms = launchers
        self.platform = "local"
        self._tuners = {} if tuners is None else tuners
        self._registries = {} if registries is None else registries
        self._deployers = {} if deployers is None else deployers
        self.runs = Runs(
            home,
            self.index,
            launchers,
            clock=time.time,
            choose=random.SystemRandom().choice,
            namespace=_notebook_variables,
        )

    @cached_property
    def sweeps(self) -> Sweeps:
        """The sweeps of the home."""
        # Who only runs cells does not pay for what searches need.
        from jupyter_mlops.services.sweeps import Sweeps

        return Sweeps(self.runs, self._tuners, clock=time.time)

    @cached_property
    def models(self) -> Models:
        """The models of the home."""
        from jupyter_mlops.services.models import Models

        return Models(self.runs, lambda: self.sweeps, self._registries, time.time)

    @cached_property
    def endpoints(self) -> Endpoints:
        """The endpoints of the home."""
        from jupyter_mlops.services.endpoints import Endpoints

        return Endpoints(self.models, self._deployers, time.time)

    @cached_property
    def comparisons(self) -> Comparisons:
        """What is said of several runs beside each other."""
        from jupyter_mlops.services.compare import Comparisons

        return Comparisons(self.home, self.index)

    def compare(
        self, *what: What, sweep: str | Sweep | None = None, where: str = "", limit: int = 1000
    ) -> RunComparison:
        """Return runs beside each other: ``compare("digits")``, ``compare(run, "digits/3")``.

        Args:
            what: Names (all runs of each), ids, trials as ``NAME/3``, runs, lists of runs, sweeps; nothing is all runs.
            sweep: A sweep, its name or its id, all of whose trials are meant.
            where: Conditions that the runs must meet: ``"lr > 0.01"``.
            limit: How many at most, the latest first.

        Raises:
            NotFound: there is nothing to compare.
            InvalidOption: a condition makes no sense.
        """
        from jupyter_mlops.services.comparison import RunComparison
        from jupyter_mlops.services.wanted import wanted

        self.settle_all()
        asked = wanted(self.runs, self.sweeps, what, sweep, where=where, limit=limit)
        return RunComparison(asked, self.comparisons, self.runs)

    @property
    def settings(self) -> Settings:
        """The home's settings as they are now."""
        return self.home.settings

    def change(self, **settings: Any) -> Settings:
        """Change settings and return all of them: ``change(slots=4, capture="4GB")``."""
        return self.home.change(**settings)

    def settle_all(self) -> None:
        """See to it that what the index says of unfinished sweeps and runs is true."""
        # A sweep first: its conductor may have died with a trial to tell of, and is started again here.
        if self.index.sweeps.unfinished():
            self.sweeps.settle_all()
        if self.index.endpoints.unfinished():
            self.endpoints.settle_all()
        self.runs.settle_all()

    def reindex(self) -> int:
        """Make the index anew from the folders and return how many runs and sweeps there are."""
        return self.index.rebuild()

    def summary(self) -> HomeSummary:
        """Return where the home is, what it holds and what is set."""
        self.settle_all()
        return summarize(self.home, self.index, self.platforms)

    def close(self) -> None:
        """Let go of the index. Runs and endpoints go on."""
        if "endpoints" in self.__dict__:
            self.endpoints.hang_up()
        self.index.close()

    def __repr__(self) -> str:
        return f"Workspace({str(self.home.path)!r})"


class Platforms(Mapping[str, T], Generic[T]):
    """What platforms have to offer, by their names, each built when it is first asked for.

    Args:
        home: What they are built for.
        local: Builds that of this machine.
        group: The entry points by which other packages add theirs.
    """

    def __init__(self, home: Home, local: Callable[[Home], T], group: str) -> None:
        self._home = home
        self._local = local
        self._group = group
        self._built: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._built:
            self._built[name] = self._local(self._home) if name == "local" else self._load(name)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        yield "local"
        yield from (name for name in self._entry_points() if name != "local")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _load(self, name: str) -> T:
        built: T = self._entry_points()[name].load()(self._home)
        return built

    def _entry_points(self) -> dict[str, Any]:
        # Reading the metadata of all packages takes longer than a submission, so only who names another platform pays.
        from importlib.metadata import entry_points

        return {point.name: point for point in entry_points(group=self._group)}


def launchers_of(home: Home) -> Platforms[Launcher]:
    """Return what runs, by the name of its platform."""

    def local(home: Home) -> Launcher:
        from jupyter_mlops.platforms.local.launcher import LocalLauncher

        return LocalLauncher(home)

    return Platforms(home, local, "jupyter_mlops.platforms")


def tuners_of(home: Home, launchers: Mapping[str, Launcher]) -> Platforms[Tuner]:
    """Return what searches, by the name of its platform, whose trials ``launchers`` start."""

    def local(home: Home) -> Tuner:
        from jupyter_mlops.platforms.local.tuner import LocalTuner

        return LocalTuner(home, launchers["local"])

    return Platforms(home, local, "jupyter_mlops.tuners")


def deployers_of(home: Home) -> Platforms[Deployer]:
    """Return what serves versions of models, by the name of its platform."""

    def local(home: Home) -> Deployer:
        from jupyter_mlops.platforms.local.deployer import LocalDeployer

        return LocalDeployer(home)

    return Platforms(home, local, "jupyter_mlops.deployers")


def registries_of(home: Home) -> Platforms[Registry]:
    """Return what keeps versions of models, by the name of its platform."""

    def local(home: Home) -> Registry:
        from jupyter_mlops.platforms.local.registry import LocalRegistry

        return LocalRegistry(home)

    return Platforms(home, local, "jupyter_mlops.registries")


def connect(home: str | os.PathLike[str] | None = None) -> Workspace:
    """Return the workspace of a home, the same object for the same home.

    Args:
        home: The home's folder; ``$JUPYTER_MLOPS_HOME`` or the user's own if None. It is made if it is missing.

    Raises:
        Unavailable: the home cannot be made or written, or its file system refuses locks.
        Unsupported: a newer version made the home, or the system is Windows.
    """
    path = Path(os.path.abspath(default_path() if home is None else Path(home).expanduser()))
    # A forked process opens its own: a database connection must not be shared.
    key = path, os.getpid()
    known = _open.get(key)
    if known is not None and (path / "home.json").exists():
        return known
    workspace = open_workspace(path)
    workspace.settle_all()
    _open[key] = workspace
    return workspace


def open_workspace(path: Path | None = None) -> Workspace:
    """Return another workspace of a home, for a thread of its own; ``close`` it when it is no longer needed.

    Raises:
        Unavailable: the home cannot be made or written, or its file system refuses locks.
        Unsupported: a newer version made the home, or the system is Windows.
    """
    home = Home.open(path)
    launchers = launchers_of(home)
    workspace = Workspace(home, launchers, tuners_of(home, launchers), registries_of(home), deployers_of(home))
    workspace.index.reconcile()
    return workspace


def _notebook_variables() -> Mapping[str, Any] | None:
    shell = current_shell()
    return None if shell is None else shell.user_ns
