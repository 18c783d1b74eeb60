"""The text of a notebook cell, to Python that runs outside the notebook, line for line."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from jupyter_mlops.domain.errors import InvalidCell

_TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_SETUP_LINE = re.compile(
    r"\s*(?:%(?:matplotlib|load_ext|reload_ext|autoreload|config|pip|conda|mamba|uv|precision|xmode|colors)\b"
    r"|[!%]{1,2}\s*(?:(?:\S*python[\d.]*|\{sys\.executable\})\s+-m\s+)?(?:pip|pip3|conda|mamba|uv|apt|apt-get)\b)"
)
_SETUP_CELL = re.compile(r"\s*%%(?:time|capture)\b")


@dataclass(frozen=True)
class Cell:
    """A cell as it can run in a rank.

    Attributes:
        body: Python; as many lines as the cell has.
        source: What is compiled: the comment for the magic's line, if there is one, and the body.
        tree: The syntax tree of ``source``.
        skipped: IPython lines at the top that only set up the notebook, as they were.
    """

    body: str
    source: str
    tree: ast.Module
    skipped: list[str] = field(default_factory=list)


def read_cell(text: str, magic: str = "", filename: str = "<cell>") -> Cell:
    """Return the cell whose text below the magic's line is ``text``.

    Args:
        text: The cell without its first line, if that is the magic's.
        magic: The magic's line as it stands, or nothing.
        filename: What a SyntaxError names.

    Raises:
        InvalidCell: it is empty, or holds IPython lines that cannot run outside the notebook.
        SyntaxError: it is no Python; lines are numbered as in the notebook.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    body, skipped = _skip_setup(text)
    head = f"# {magic.strip()}\n" if magic.strip() else ""
    try:
        tree = _parse(head + body, filename)
    except SyntaxError as error:
        body = _as_ipython_reads_it(body, bool(head), error)
        tree = _parse(head + body, filename)
    if not tree.body:
        raise InvalidCell("The cell is empty; write the code that is to run below the first line.")
    return Cell(body, head + body, tree, skipped)


def parse_again(cell: Cell, body: str, magic: str, filename: str) -> Cell:
    """Return ``cell`` with another body of as many lines."""
    head = f"# {magic.strip()}\n" if magic.strip() else ""
    return Cell(body, head + body, _parse(head + body, filename), cell.skipped)


def _parse(source: str, filename: str) -> ast.Module:
    """Return the tree of ``source``; what only compiling finds (``return`` outside a function) is found too."""
    tree = compile(source, filename, "exec", _TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST, dont_inherit=True)
    compile(tree, filename, "exec", _TOP_LEVEL_AWAIT, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def _skip_setup(text: str) -> tuple[str, list[str]]:
    """Turn the lines at the top that only set up the notebook into comments."""
    lines = text.split("\n")
    skipped: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line and not line.startswith("#"):
            if not (_SETUP_LINE.match(line) or _SETUP_CELL.match(line)):
                break
            skipped.append(line)
            while lines[at].endswith("\\") and at + 1 < len(lines):
                lines[at] = f"# {lines[at]}"
                at += 1
            lines[at] = f"# {lines[at]}"
        at += 1
    return "\n".join(lines), skipped


def _as_ipython_reads_it(body: str, has_magic: bool, error: SyntaxError) -> str:
    """Return ``body`` without the indentation or prompts that IPython forgives.

    Raises:
        InvalidCell: it holds a line that only IPython understands.
        SyntaxError: IPython does not understand it either.
    """
    # Imported here: only a cell that is no plain Python needs it.
    from IPython.core.inputtransformer2 import TransformerManager

    plain = body if body.endswith("\n") else body + "\n"
    try:
        changed: str = TransformerManager().transform_cell(plain)  # type: ignore[no-untyped-call]
    except SyntaxError:
        raise error from None
    for number, (before, after) in enumerate(zip(plain.split("\n"), changed.split("\n"), strict=False)):
        if "get_ipython()" in after and "get_ipython()" not in before:
            raise InvalidCell(_refusal(number + 1 + has_magic, before.strip()))
    if changed == plain or changed.count("\n") != plain.count("\n"):
        raise error
    return changed


def _refusal(number: int, line: str) -> str:
    shown = line if len(line) <= 60 else line[:59] + "…"
    if line.startswith("%%"):
        return (
            f"Line {number} (`{shown}`) makes this a cell of another language, which a run cannot execute; take it out."
        )
    what = "help" if line.startswith("?") or line.endswith("?") else "a shell command" if "!" in line else "a magic"
    return (
        f"Line {number} (`{shown}`) is {what} of IPython, which a run cannot execute; "
        "take it out, or put it in a cell of its own."
    )
