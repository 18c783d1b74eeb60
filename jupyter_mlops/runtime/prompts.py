"""Questions to somebody who may not be there: a run goes on without its notebook, so they get one sentence."""

from __future__ import annotations

import builtins
import os
import sys

from jupyter_mlops.runtime.hooks import after_import

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import NoReturn


class NobodyToAsk(RuntimeError):
    """The cell waits for an answer that nobody can give."""


def install() -> None:
    """Let ``input``, ``getpass``, ``breakpoint`` and ``pdb`` say so instead of meeting the end of a file."""
    builtins.input = _refuse_input
    sys.breakpointhook = _refuse_breakpoint
    after_import("getpass", _patch_getpass)
    after_import("pdb", _patch_pdb)


def _refuse_input(_prompt: object = "", /) -> NoReturn:
    raise NobodyToAsk(
        "input() has nobody to ask, because a run goes on without its notebook; "
        "assign the answer in the cell, where NAME=VALUE on the magic's line can change it."
    )


def _refuse_password(*_args: object, **_options: object) -> NoReturn:
    raise NobodyToAsk(
        "getpass() has nobody to ask, because a run goes on without its notebook; "
        "set an environment variable before you submit and read it in the cell."
    )


def _refuse_breakpoint(*args: object, **options: object) -> object:
    if os.environ.get("PYTHONBREAKPOINT"):
        return sys.__breakpointhook__(*args, **options)  # noqa: T100
    return _refuse_debugger()


def _refuse_debugger(*_args: object, **_options: object) -> NoReturn:
    raise NobodyToAsk(
        "A breakpoint has nobody to stop for, because a run goes on without its notebook; "
        "take it out, or run the cell without the magic to debug it."
    )


def _patch_getpass(module: ModuleType) -> None:
    module.getpass = _refuse_password  # type: ignore[attr-defined]


def _patch_pdb(module: ModuleType) -> None:
    for name in ("set_trace", "post_mortem", "pm"):
        setattr(module, name, _refuse_debugger)
