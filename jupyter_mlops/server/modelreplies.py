"""What the routes of models are asked and answer, besides the structs of ``domain``."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from jupyter_mlops.domain.models import ModelRow, VersionRow

_Text = Annotated[str, msgspec.Meta(max_length=2000)]
_Id = Annotated[str, msgspec.Meta(max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]


class ModelsQuery(msgspec.Struct, frozen=True):
    """Which models, in which order, and which page.

    Attributes:
        where: Conditions as people type them: ``digits accuracy > 0.9``.
        sort: A column, or a metric.
        archived: ``no``, ``only`` or ``both``.
    """

    where: _Text = ""
    sort: _Id = "updated"
    descending: bool = True
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    offset: _Count = 0
    archived: Literal["no", "only", "both"] = "no"


class ModelPage(msgspec.Struct, frozen=True):
    """A page of models.

    Attributes:
        total: How many there are on all pages.
        generation: With ``seq``, how new the page is at least; events go on from there.
    """

    models: list[ModelRow]
    total: int
    generation: str
    seq: int


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to become a version: the kept model of a run, or of a sweep's best trial.

    Attributes:
        run: Id of a run; empty if a sweep is meant.
        sweep: Id of a sweep.
        name: The model's; that of the run or sweep if it is empty.
        value: Name of the kept value; may be empty where there is but one that can be registered.
        alias: Alias that is to point at it; empty is none.
        data: Name of the captured table that the profile is made from; told by the signature if it is empty.
        check: Whether it is only looked at: what could be registered under which name.
    """

    run: _Id = ""
    sweep: _Id = ""
    name: _Id = ""
    value: _Id = ""
    alias: _Id = ""
    data: _Id = ""
    check: bool = False


class RegisteredVersion(msgspec.Struct, frozen=True):
    """A version that was registered, or that could be.

    Attributes:
        row: The version; None if it was only looked at.
        values: Names of the kept values that may be registered, the likeliest first.
        tables: Names of captured tables.
        sentences: What is worth knowing.
        command: The line that does the same in a notebook.
    """

    row: VersionRow | None
    values: list[str]
    tables: list[str]
    sentences: list[str]
    command: str


class AliasChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an alias is to point."""

    version: Annotated[int, msgspec.Meta(ge=1, le=1 << 31)]


class Verified(msgspec.Struct, frozen=True):
    """Whether a version is what it was.

    Attributes:
        sentence: What was found, in either case.
    """

    sound: bool
    sentence: str
