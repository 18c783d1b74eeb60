"""Show an exception as a notebook shows it, without the frames that brought the cell here."""

from __future__ import annotations

import os
import sys

from jupyter_mlops.runtime.records import LONGEST, emit, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

    Step = tuple[FrameType, int]

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
RED, GREEN, CYAN, BOLD, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[1m", "\x1b[0m"
_RULE = "-" * 75
_CONTEXT = 2
_MOST_FRAMES = 30
_MOST_MEMBERS = 15
_MOST_MESSAGE = 2_000
_MOST_TEXT = 24_000
_CHAINED = (
    "\nThe above exception was the direct cause of the following exception:\n",
    "\nDuring handling of the above exception, another exception occurred:\n",
)
_cell_file: list[str] = []


def tell(error: BaseException, filename: str) -> int:
    """Show what left the cell on standard error and in the run's facts, and return what the process exits with.

    Args:
        error: The exception.
        filename: File name of the cell's code.
    """
    _cell_file[:] = [filename]
    try:
        # Tools that watch for failures, such as Sentry or Rich, replace this hook and may call what was there.
        sys.excepthook(type(error), error, error.__traceback__)
    except Exception:
        show(error)
    text = _render_surely(error)
    fact: dict[str, object] = {"type": type(error).__name__, "message": message(error)[:_MOST_MESSAGE]}
    line = _line_in_cell(error, filename)
    if line:
        fact["line"] = line
    fact["traceback"] = _shortened(text)
    emit("error", fact)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def show(error: BaseException) -> None:
    """Show an exception on standard error."""
    for stream in (sys.stdout, sys.stderr):
        _quietly_flush(stream)
    os.write(2, _render_surely(error).encode("utf-8", "backslashreplace") + b"\n")


def message(error: BaseException) -> str:
    """Return the text of an exception, with a hint where a run differs from a notebook."""
    try:
        text = str(error)
    except Exception:
        text = "<no text: its __str__ failed>"
    if isinstance(error, SyntaxError):
        text = error.msg
    if isinstance(error, NameError) and "'get_ipython'" in text:
        text += " (a run has no IPython: leave such lines to the notebook, or catch the NameError)"
    return text + "".join(f"\n{note}" for note in _notes(error))


def render(error: BaseException) -> str:
    """Return the traceback of ``error`` and of what led to it, in IPython's look and colours."""
    parts: list[str] = []
    for earlier, link in _chain(error):
        parts += [_render_one(earlier), link]
    parts.append(_render_one(error))
    return "\n".join(parts)


def _render_surely(error: BaseException) -> str:
    try:
        return render(error)
    except BaseException:
        # Out of memory or stack, or an exception that cannot be looked at: its name is better than nothing.
        return f"{RED}{type(error).__name__}{PLAIN}"


def _chain(error: BaseException) -> list[tuple[BaseException, str]]:
    """Return the exceptions before ``error``, oldest first, each with the words that lead on from it."""
    seen = {id(error)}
    chain: list[tuple[BaseException, str]] = []
    while True:
        cause, link = error.__cause__, _CHAINED[0]
        if cause is None and not error.__suppress_context__:
            cause, link = error.__context__, _CHAINED[1]
        if cause is None or id(cause) in seen or len(chain) == 10:
            return chain[::-1]
        seen.add(id(cause))
        chain.append((cause, link))
        error = cause


def _render_one(error: BaseException) -> str:
    name = type(error).__name__
    title = "Traceback (most recent call last)"
    lines = [f"{RED}{_RULE}{PLAIN}", f"{RED}{name}{PLAIN}{title.rjust(75 - len(name))}"]
    lines += _render_steps(_steps(error.__traceback__))
    if isinstance(error, SyntaxError):
        lines += _render_syntax(error)
    lines.append(f"{RED}{name}{PLAIN}: {message(error)}")
    for number, member in enumerate(_members(error), 1):
        if number > _MOST_MEMBERS:
            lines.append(f"  | [... and {len(_members(error)) - _MOST_MEMBERS} more ...]")
            break
        if isinstance(member, BaseException):
            lines += _indented(f"+---------------- {number} ----------------\n{render(member)}")
    return "\n".join(lines)


def _members(error: BaseException) -> tuple[object, ...]:
    members = getattr(error, "exceptions", None)
    return members if isinstance(members, tuple) else ()


def _render_steps(steps: list[Step]) -> Iterator[str]:
    skipped, previous = 0, None
    cut = range(_MOST_FRAMES // 2, 0)
    shown = [step for number, step in enumerate(steps) if number == 0 or _place(step) != _place(steps[number - 1])]
    if len(shown) > _MOST_FRAMES:
        cut = range(_MOST_FRAMES // 2, len(shown) - _MOST_FRAMES // 2)
    number = -1
    for step in [*steps, None]:
        if step is not None and _place(step) == previous:
            skipped += 1
            continue
        if skipped:
            yield f"    [... skipping {skipped} more of the same ...]\n"
        if step is None:
            return
        number, skipped, previous = number + 1, 0, _place(step)
        if number not in cut:
            yield from _render_step(step)
        elif number == cut.start:
            yield f"    [... skipping {len(cut)} frames ...]\n"


def _place(step: Step) -> tuple[str, int]:
    return step[0].f_code.co_filename, step[1]


def _steps(traceback: TracebackType | None) -> list[Step]:
    """Return the frames of a traceback, outermost first: from the cell on, and none of ours."""
    steps: list[Step] = []
    while traceback is not None:
        steps.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    for number, (frame, _) in enumerate(steps):
        if frame.f_code.co_filename in _cell_file:
            steps = steps[number:]
            break
    return [step for step in steps if not _is_ours(step[0])]


def _is_ours(frame: FrameType) -> bool:
    filename = frame.f_code.co_filename
    # The outermost frame is the text that the interpreter was given to start with.
    return filename.startswith(PACKAGE) or frame.f_back is None or "cloudpickle" in filename.split(os.sep)


def _render_step(step: Step) -> Iterator[str]:
    frame, line = step
    code = frame.f_code
    name = "" if code.co_name == "<module>" else f", in {CYAN}{code.co_name}{PLAIN}{_arguments(frame)}"
    yield f"{_where(code.co_filename, line)}{name}"
    yield from _excerpt(code.co_filename, line)
    yield ""


def _where(filename: str, line: int) -> str:
    if os.path.isabs(filename) and os.path.exists(filename):
        home = os.path.expanduser("~")
        shown = "~" + filename[len(home) :] if filename.startswith(home + os.sep) else filename
        return f"{GREEN}File {shown}:{line}{PLAIN}"
    return f"{CYAN}{filename}{PLAIN}, line {GREEN}{line}{PLAIN}"


def _arguments(frame: FrameType) -> str:
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    return f"{CYAN}({', '.join(code.co_varnames[:count])}){PLAIN}"


def _excerpt(filename: str, line: int) -> Iterator[str]:
    import linecache

    lines = [text.rstrip("\n\r") for text in linecache.getlines(filename)]
    if not 1 <= line <= len(lines):
        return
    first, last = max(1, line - _CONTEXT), min(len(lines), line + _CONTEXT)
    coloured = _coloured(lines)
    for number in range(first, last + 1):
        text = coloured[number - 1]
        if number == line:
            arrow = "-" * max(0, 5 - len(str(number))) + "> "
            yield f"{GREEN}{arrow}{number}{PLAIN} {text}"
        else:
            yield f"{GREEN}{number:>7}{PLAIN} {text}"


def _coloured(lines: list[str]) -> list[str]:
    """Return ``lines`` of Python in colour where Pygments is there, which comes with IPython."""
    try:
        from pygments import highlight  # type: ignore[import-untyped]
        from pygments.formatters.terminal import TerminalFormatter  # type: ignore[import-untyped]
        from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]

        coloured = highlight("\n".join(lines), PythonLexer(stripnl=False, ensurenl=False), TerminalFormatter())
    except Exception:
        return lines
    result = coloured.split("\n")
    return result if len(result) >= len(lines) else lines


def _render_syntax(error: SyntaxError) -> Iterator[str]:
    if error.filename is None or error.lineno is None:
        return
    yield f"{_where(error.filename, error.lineno)}"
    text = (error.text or "").rstrip("\n")
    stripped = text.lstrip()
    yield f"    {stripped}"
    if error.offset:
        yield "    " + " " * max(0, error.offset - 1 - (len(text) - len(stripped))) + f"{BOLD}^{PLAIN}"


def _notes(error: BaseException) -> list[str]:
    notes = getattr(error, "__notes__", None)
    return [str(note) for note in notes] if isinstance(notes, (list, tuple)) else []


def _indented(text: str) -> list[str]:
    return ["  | " + line for line in text.split("\n")]


def _line_in_cell(error: BaseException, filename: str) -> int:
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno or 0
    traceback, line = error.__traceback__, 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _shortened(text: str) -> str:
    """Return ``text``, without its middle where it would make a record too long."""
    most = _MOST_TEXT
    while len(encode(text)) > LONGEST - 6 * _MOST_MESSAGE or len(text) > _MOST_TEXT:
        text = f"{text[: most // 2]}{PLAIN}\n[... cut here, the log has all of it ...]\n{text[-(most // 2) :]}"
        most = most * 3 // 4
    return text


def _quietly_flush(stream: object) -> None:
    try:
        stream.flush()  # type: ignore[attr-defined]
    except Exception:
        pass
