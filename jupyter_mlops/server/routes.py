"""The one table of routes, below ``jupyter-mlops/``."""

from __future__ import annotations

import re

from jupyter_mlops.server.base import MlopsHandler, NoSuchRoute
from jupyter_mlops.server.compare import AtStepHandler, CompareHandler, DifferencesHandler, OverlayHandler
from jupyter_mlops.server.description import DescriptionHandler
from jupyter_mlops.server.endpoints import (
    CanaryHandler,
    EndpointHandler,
    EndpointLogHandler,
    EndpointPointsHandler,
    EndpointsHandler,
    GatesHandler,
    PortHandler,
    PredictHandler,
    PromoteHandler,
    RememberedHandler,
    ReplayHandler,
    RollbackHandler,
    ScaleHandler,
    StartEndpointHandler,
    StopEndpointHandler,
)
from jupyter_mlops.server.files import FileHandler, FilesHandler
from jupyter_mlops.server.home import HomeHandler, VersionHandler
from jupyter_mlops.server.logs import LinesHandler, LogHandler, SearchHandler
from jupyter_mlops.server.metrics import BandsHandler, MetricsHandler, PointsHandler, SamplesHandler
from jupyter_mlops.server.models import (
    AliasHandler,
    ModelHandler,
    ModelsHandler,
    OneVersionHandler,
    VerifyHandler,
)
from jupyter_mlops.server.runs import (
    CloseHandler,
    CodeHandler,
    DatasetsHandler,
    DisplayHandler,
    EnvironmentHandler,
    LineageHandler,
    ParametersHandler,
    ReceiptHandler,
    RetryHandler,
    RunHandler,
    RunsHandler,
    SnapshotHandler,
    StopHandler,
)
from jupyter_mlops.server.sweeps import (
    ResumeSweepHandler,
    StopSweepHandler,
    SweepHandler,
    SweepsHandler,
    TrialsHandler,
)

PREFIX = "/jupyter-mlops"

ROUTES: dict[str, type[MlopsHandler]] = {
    "/version": VersionHandler,
    "/openapi.json": DescriptionHandler,
    "/home": HomeHandler,
    "/runs": RunsHandler,
    "/runs/{run_id}": RunHandler,
    "/runs/{run_id}/snapshot": SnapshotHandler,
    "/runs/{run_id}/stop": StopHandler,
    "/runs/{run_id}/retry": RetryHandler,
    "/runs/{run_id}/close": CloseHandler,
    "/runs/{run_id}/logs": LogHandler,
    "/runs/{run_id}/logs/lines": LinesHandler,
    "/runs/{run_id}/logs/search": SearchHandler,
    "/runs/{run_id}/metrics": MetricsHandler,
    "/runs/{run_id}/points": PointsHandler,
    "/runs/{run_id}/bands": BandsHandler,
    "/runs/{run_id}/samples": SamplesHandler,
    "/runs/{run_id}/display": DisplayHandler,
    "/runs/{run_id}/files": FilesHandler,
    "/runs/{run_id}/files/{path}": FileHandler,
    "/runs/{run_id}/code": CodeHandler,
    "/runs/{run_id}/receipt": ReceiptHandler,
    "/runs/{run_id}/environment": EnvironmentHandler,
    "/runs/{run_id}/parameters": ParametersHandler,
    "/runs/{run_id}/datasets": DatasetsHandler,
    "/sweeps": SweepsHandler,
    "/sweeps/{sweep_id}": SweepHandler,
    "/sweeps/{sweep_id}/trials": TrialsHandler,
    "/sweeps/{sweep_id}/stop": StopSweepHandler,
    "/sweeps/{sweep_id}/resume": ResumeSweepHandler,
    "/compare": CompareHandler,
    "/compare/differences": DifferencesHandler,
    "/compare/step": AtStepHandler,
    "/compare/overlay": OverlayHandler,
    "/models": ModelsHandler,
    "/models/{name}": ModelHandler,
    "/models/{name}/versions/{version}": OneVersionHandler,
    "/models/{name}/versions/{version}/verify": VerifyHandler,
    "/models/{name}/aliases/{alias}": AliasHandler,
    "/endpoints": EndpointsHandler,
    "/endpoints/{name}": EndpointHandler,
    "/endpoints/{name}/points": EndpointPointsHandler,
    "/endpoints/{name}/samples": RememberedHandler,
    "/endpoints/{name}/logs": EndpointLogHandler,
    "/endpoints/{name}/predict": PredictHandler,
    "/endpoints/{name}/promote": PromoteHandler,
    "/endpoints/{name}/rollback": RollbackHandler,
    "/endpoints/{name}/canary": CanaryHandler,
    "/endpoints/{name}/scale": ScaleHandler,
    "/endpoints/{name}/gates": GatesHandler,
    "/endpoints/{name}/port": PortHandler,
    "/endpoints/{name}/replay": ReplayHandler,
    "/endpoints/{name}/stop": StopEndpointHandler,
    "/endpoints/{name}/start": StartEndpointHandler,
    "/runs/{run_id}/lineage": LineageHandler,
}

_GROUPS = {
    "run_id": r"([^/]+)",
    "sweep_id": r"([^/]+)",
    "name": r"([^/]+)",
    "version": r"([^/]+)",
    "alias": r"([^/]+)",
    "path": r"(.+)",
}


def handlers() -> list[tuple[str, type[MlopsHandler]]]:
    """Return patterns and handlers as tornado wants them, the answer to everything else last."""
    return [*((pattern(path), handler) for path, handler in ROUTES.items()), (rf"{PREFIX}/(.*)", NoSuchRoute)]


def pattern(path: str) -> str:
    """Return the regular expression of a path with ``{names}``."""
    parts = re.split(r"\{(\w+)\}", path)
    return PREFIX + "".join(
        _GROUPS.get(part, r"([^/]+)") if at % 2 else re.escape(part) for at, part in enumerate(parts)
    )
