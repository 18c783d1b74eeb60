"""A log is read as a terminal would show it, and what was cut out of it is said."""

from __future__ import annotations

import os
import re

import pytest

from jupyter_mlops.services.logs import read_log, read_tail

LINES = 10_000


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "0.log"
    path.write_bytes(b"".join(b"line %05d\n" % number for number in range(LINES)))
    return path


def cut(path, *holes):
    """Leave holes where ``(start, end)`` say, as the keeper of a log that is too long does."""
    data, at = path.read_bytes(), 0
    path.unlink()
    with path.open("wb") as file:
        for start, end in holes:
            file.write(data[at:start])
            file.seek(end)
            at = end
        file.write(data[at:])
    with path.open("rb") as file:
        if os.lseek(file.fileno(), holes[0][0], os.SEEK_DATA) == holes[0][0]:
            pytest.skip("this file system knows no holes")


def test_a_log_that_is_not_there_yet_is_empty(tmp_path):
    assert read_log(tmp_path / "0.log") == ""
    assert read_tail(tmp_path / "0.log", 3) == []


def test_a_whole_log_is_read_whole(log):
    assert len(read_log(log).split("\n")) == LINES


def test_where_the_middle_was_cut_out_a_line_says_how_much(log):
    cut(log, (8192, 65536))
    lines = read_log(log).split("\n")
    (at,) = [at for at, line in enumerate(lines) if not line.startswith("line ")]
    assert re.fullmatch(r"\[57\skB are missing here: .*--log-limit\)\]", lines[at])
    assert lines[at - 2] == "line 00743"
    assert lines[at + 1] == "line 05958"
    assert "\0" not in read_log(log)


def test_several_gaps_are_said_each(log):
    cut(log, (8192, 16384), (32768, 65536))
    assert read_log(log).count("are missing here") == 2


def test_a_record_that_was_cut_in_two_shows_neither_half(tmp_path):
    record = b'\x1e{"report":{"loss":0.5},"rank":0,"time":1.0}\n'
    path = tmp_path / "0.log"
    path.write_bytes(record * 2000 + b"the end\n")
    cut(path, (4096, 40960))
    lines = read_log(path).split("\n")
    assert [line for line in lines if "missing" not in line] == ["the end"]


@pytest.mark.parametrize("text", ["short", "x" * 300, "\x1b[32mgreen\x1b[0m é", "y" * 5000])
def test_the_end_of_a_log_is_that_of_the_whole(tmp_path, text):
    path = tmp_path / "0.log"
    path.write_text("".join(f"{number} {text}\n\n" for number in range(40)))

    whole = [line for line in read_log(path).split("\n") if line.strip()]
    assert read_tail(path, 6) == whole[-6:]
