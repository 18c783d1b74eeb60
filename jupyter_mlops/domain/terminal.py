"""What a terminal would show of a log: the raw bytes stay as they are, this is how they are read.

Carriage return, backspace, moves of the cursor and erasures take effect, colours stay, every other control sequence
goes, and so do the records that programs write. Each line that comes out carries its own colours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from jupyter_mlops.domain.records import SEPARATOR, split_line

SCREEN = 200
"""Lines that the cursor can go back to."""
_TAIL_BYTES = 1 << 20
_MOST_BLANKS = 1 << 16
_MOST_STYLES = 4

_CONTROL = re.compile(
    r"\x1b\[(?P<numbers>[0-?]*)[ -/]*(?P<verb>[@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
    r"|(?P<move>[\n\r\b])"
    r"|[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]+"
)
_NEEDS_FOLDING = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")
_COLOUR = re.compile(r"\x1b\[[0-9;:]{0,40}m")


def fold(data: bytes) -> list[str]:
    """Return the lines that a terminal would show; invalid UTF-8 shows as U+FFFD."""
    if SEPARATOR in data:
        data = without_records(data)
    if not _NEEDS_FOLDING.search(data):
        lines = data.decode("utf-8", "replace").split("\n")
        return lines[:-1] if not lines[-1] else lines
    return _Screen().show(data.decode("utf-8", "replace"))


def tail(data: bytes, lines: int) -> list[str]:
    """Return the last ``lines`` lines that a terminal would show, of the last MiB."""
    if len(data) > _TAIL_BYTES:
        # The first of the lines that are left is cut somewhere, perhaps inside a character.
        data = data[-_TAIL_BYTES:]
        data = data[data.find(b"\n") + 1 :]
    return fold(data)[-lines:] if lines > 0 else []


def without_records(data: bytes) -> bytes:
    """Return what people printed. The end of a log may be the beginning of a record."""
    *lines, last = data.split(b"\n")
    kept = [_text(line) for line in lines]
    return b"".join(kept) + last.partition(SEPARATOR)[0]


def _text(line: bytes) -> bytes:
    text, record = split_line(line)
    return text + b"\n" if record is None else text


class _Row:
    """Characters of a line, and the colour sequences in force for each."""

    __slots__ = ("cells", "styles")

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.styles: list[str] = []

    def write(self, column: int, text: str, style: str) -> None:
        self.cells[column : column + len(text)] = text
        self.styles[column : column + len(text)] = [style] * len(text)

    def erase(self, first: int, after: int | None = None) -> None:
        """Let columns be empty: to the end if ``after`` is None."""
        if after is None:
            del self.cells[first:], self.styles[first:]
        else:
            self.write(first, " " * (min(after, len(self.cells)) - first), "")

    def show(self) -> str:
        if not any(self.styles):
            return "".join(self.cells)
        shown = []
        for style, pairs in groupby(zip(self.styles, self.cells, strict=True), key=lambda pair: pair[0]):
            text = "".join(cell for _, cell in pairs)
            shown.append(f"{style}{text}\x1b[0m" if style else text)
        return "".join(shown)


class _Screen:
    """The last lines, in which a cursor moves, and those that have left the screen above it."""

    def __init__(self) -> None:
        self._gone: list[str] = []
        self._rows = [_Row()]
        self._blanks = _MOST_BLANKS
        self._row, self._column, self._style = 0, 0, ""
        self._verbs: dict[str, Callable[[str], None]] = {
            "A": lambda numbers: self._move_to(self._row - _number(numbers)),
            "B": lambda numbers: self._move_to(self._row + _number(numbers)),
            "C": lambda numbers: self._go_to(self._column + _number(numbers)),
            "D": lambda numbers: self._go_to(self._column - _number(numbers)),
            "G": lambda numbers: self._go_to(_number(numbers) - 1),
            "J": self._erase_below,
            "K": self._erase_line,
            "m": self._paint,
        }

    def show(self, text: str) -> list[str]:
        at = 0
        for match in _CONTROL.finditer(text):
            if match.start() > at:
                self._write(text[at : match.start()])
            at = match.end()
            if match["move"]:
                self._step(match["move"])
            elif match["verb"] in self._verbs:
                self._verbs[match["verb"]](match["numbers"])
        if at < len(text):
            self._write(text[at:])
        rows = self._rows if self._rows[-1].cells else self._rows[:-1]
        return self._gone + [row.show() for row in rows]

    def _write(self, text: str) -> None:
        row = self._rows[self._row]
        missing = self._column - len(row.cells)
        if missing > 0:
            # A few bytes can move the cursor far; that must not make a small log large.
            missing = min(missing, self._blanks)
            self._blanks -= missing
            row.write(len(row.cells), " " * missing, "")
            self._column = len(row.cells)
        row.write(self._column, text, self._style)
        self._column += len(text)

    def _step(self, move: str) -> None:
        if move == "\b":
            self._column = max(self._column - 1, 0)
            return
        self._column = 0
        if move == "\n":
            self._row += 1
            if self._row == len(self._rows):
                self._scroll()

    def _scroll(self) -> None:
        self._rows.append(_Row())
        if len(self._rows) > 2 * SCREEN:
            self._gone += [row.show() for row in self._rows[:SCREEN]]
            del self._rows[:SCREEN]
            self._row -= SCREEN

    def _move_to(self, row: int) -> None:
        # A terminal stops at its edges, and so does a log at its first and last line.
        self._row = min(max(row, 0), len(self._rows) - 1)

    def _go_to(self, column: int) -> None:
        self._column = min(max(column, 0), max(len(self._rows[self._row].cells), 512))

    def _erase_line(self, numbers: str) -> None:
        row = self._rows[self._row]
        if numbers in ("", "0"):
            row.erase(self._column)
        elif numbers == "1":
            row.erase(0, self._column + 1)
        elif numbers == "2":
            row.erase(0)

    def _erase_below(self, numbers: str) -> None:
        if numbers in ("", "0"):
            self._rows[self._row].erase(self._column)
            del self._rows[self._row + 1 :]

    def _paint(self, numbers: str) -> None:
        sequence = f"\x1b[{numbers}m"
        if not _COLOUR.fullmatch(sequence):
            return
        first, _, rest = numbers.partition(";")
        if first.strip("0"):
            self._style = "".join([*_COLOUR.findall(self._style), sequence][-_MOST_STYLES:])
        else:
            self._style = f"\x1b[{rest}m" if rest else ""


def _number(numbers: str) -> int:
    """Return how far a move goes: once where it does not say."""
    return int(numbers) if numbers.isascii() and numbers.isdecimal() and 0 < len(numbers) < 6 and int(numbers) else 1
