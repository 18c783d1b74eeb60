"""What ``%mlops`` does."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import InvalidInput, nearest
from jupyter_mlops.domain.homes import HomeSummary
from jupyter_mlops.services import checks
from jupyter_mlops.workspace import Workspace, connect
from jupyter_mlops_magics.lines import read_line

VERBS = ("reindex", "use", "set")


class Shown:
    """A home as a notebook shows it."""

    def __init__(self, summary: HomeSummary) -> None:
        self.summary = summary

    def __repr__(self) -> str:
        from jupyter_mlops.cards.homes import home_text

        return home_text(self.summary)

    def _repr_html_(self) -> str:
        from jupyter_mlops.cards.homes import home_html

        return home_html(self.summary)


def manage(magic: Any, line: str) -> Shown | None:
    """Do what ``line`` says and return the home where that is to be shown."""
    words, _ = read_line(magic, "%mlops", line)
    workspace = connect()
    match words:
        case []:
            return Shown(workspace.summary())
        case ["reindex"]:
            count = workspace.reindex()
            print(f"The index is made anew from {count} run{'' if count == 1 else 's'}.")
        case ["use", platform]:
            workspace.platform = checks.one_of("on", platform, workspace.platforms)
            print(f"From now on runs of this notebook go to {platform}.")
        case ["set", *settings] if settings:
            _change(workspace, settings)
        case _:
            raise InvalidInput(_misunderstood(words))
    return None


def _change(workspace: Workspace, settings: list[str]) -> None:
    pairs = [setting.partition("=") for setting in settings]
    for name, equals, value in pairs:
        if not name or not equals or not value:
            raise InvalidInput("A setting is written as NAME=VALUE, without blanks: %mlops set slots=4.")
    changed = {name: value for name, _, value in pairs}
    workspace.change(**changed)
    print(", ".join(f"{name} is now {value}" for name, value in changed.items()) + ".")


def _misunderstood(words: list[str]) -> str:
    if words[0] == "set":
        return "Say what to set: %mlops set slots=4; %mlops shows the settings."
    if words[0] == "use":
        return "Say which platform: %mlops use local."
    if words[0] in VERBS:
        return f"%mlops {words[0]} takes nothing behind it."
    return f"%mlops has no {words[0]!r}{nearest(words[0], VERBS) or '; it has reindex, use and set.'}"
