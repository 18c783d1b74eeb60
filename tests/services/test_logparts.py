"""Parts of a log: aligned to characters, colours and records, and together the whole."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import InvalidInput, NotFound
from jupyter_mlops.domain.logs import first_aligned, last_aligned
from jupyter_mlops.domain.runs import RunSpec, State, StateChanged
from jupyter_mlops.services.logparts import LogReader
from jupyter_mlops.store.runs import RunFolder

RECORD = b'\x1e{"report":{"loss":0.5},"rank":0,"time":1.0}\n'
LOG = (
    "naïve \x1b[31mröt\x1b[0m 🎉\n".encode() * 20 + RECORD + b"text before" + RECORD + b"\x1b[1;32mgreen\nstill\n" * 30
)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "digits-20261124-000000-7f3k"
    (path / "logs" / "1").mkdir(parents=True)
    spec = RunSpec(id=path.name, name="digits", code_hash="", created=0.0, python="", cwd="/")
    (path / "spec.json").write_bytes(wire.encode(spec))
    steps = (State.QUEUED, State.STARTING, State.RUNNING)
    (path / "events.jsonl").write_bytes(
        b"".join(wire.encode_line(StateChanged(time=1.0, state=step)) for step in steps)
    )
    return RunFolder(path)


def write(folder, data, rank=0):
    folder.log_path(rank, 1).write_bytes(data)
    return LogReader(folder, rank)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 64, 1000])
def test_parts_of_any_size_make_up_the_log_without_the_records(folder, limit):
    reader = write(folder, LOG)
    text, at = "", 0
    while at < len(LOG):
        part = reader.read(at, max(limit, 1))
        if part.end == at:
            part = reader.read(at, limit + 16)
        assert part.start == at
        text, at = text + part.text, part.end
    assert text == LOG.replace(RECORD, b"").decode()


def test_any_offset_is_moved_out_of_characters_sequences_and_records(folder):
    reader = write(folder, LOG)
    for offset in range(len(LOG)):
        part = reader.read(offset, 400)
        assert "\ufffd" not in part.text
        assert '"report"' not in part.text
        assert not part.text.startswith(("[31m", "1m", "[0m", "[1;", ";32m", "32m", "m"))


def test_a_part_says_which_colours_are_in_force_where_it_begins(folder):
    reader = write(folder, b"\x1b[31mred\nstill red\n\x1b[0mplain\n")

    assert reader.read(9, 100).style == "\x1b[31m"
    assert reader.read(23, 100).style == ""


def test_a_negative_offset_counts_from_the_end_and_begins_with_a_whole_line(folder):
    reader = write(folder, b"first\nsecond\nthird\n")

    part = reader.read(-9, 100)
    assert (part.text, part.start, part.end, part.size) == ("third\n", 13, 19, 19)


def test_a_character_that_is_half_written_waits_for_its_rest_until_the_run_has_ended(folder):
    reader = write(folder, "né".encode()[:-1])
    assert (reader.read(0, 100).text, reader.read(0, 100).end) == ("n", 1)

    with open(folder.path / "events.jsonl", "ab") as file:
        file.write(wire.encode_line(StateChanged(time=2.0, state=State.SUCCEEDED)))
    part = reader.read(0, 100)
    assert (part.text, part.end, part.ended) == ("n\ufffd", 2, True)


def test_a_hole_is_passed_over_and_said(folder):
    path = folder.log_path(0, 1)
    line = b"x" * 63 + b"\n"
    with open(path, "wb") as file:
        file.write(line * 1024)
        file.seek(1 << 20)
        file.write(b"y" * 10 + b"\nlast\n")
    reader = LogReader(folder, 0)
    first = reader.read(0, 1 << 20)
    second = reader.read(first.end, 1 << 20)

    assert (first.end, first.missing) == (65536, 0)
    assert (second.text, second.missing) == ("last\n", (1 << 20) - 65536)
    assert second.end == reader.size()


def test_a_log_that_is_not_there_is_empty(folder):
    part = LogReader(folder, 0).read(0, 100)
    assert (part.text, part.size, part.ended) == ("", 0, False)


def test_a_rank_or_an_attempt_that_is_not_there_is_not_found(folder):
    with pytest.raises(NotFound):
        LogReader(folder, 1)
    with pytest.raises(NotFound):
        LogReader(folder, 0, 2)


def test_a_search_finds_text_but_no_records(folder):
    reader = write(folder, b"one\nTwo \x1b[31mred\x1b[0m loss\n" + RECORD + b"three\n")

    found = reader.search("t")
    assert [(match.text, match.offset, match.line) for match in found.matches] == [
        ("Two red loss", 4, 4),
        ("three", os.path.getsize(reader.path) - 6, os.path.getsize(reader.path) - 6),
    ]
    assert found.done
    assert [match.text for match in reader.search("two", case=True).matches] == []
    with pytest.raises(InvalidInput):
        reader.search("a\nb")


def test_a_search_goes_on_where_it_stopped(folder):
    reader = write(folder, b"loss=%d\n" * 5 % (1, 2, 3, 4, 5))

    first = reader.search("loss", most=2)
    second = reader.search("loss", offset=first.end, most=10)
    assert [match.text for match in first.matches + second.matches] == [f"loss={at}" for at in range(1, 6)]
    assert (first.done, second.done) == (False, True)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_alignment_never_leaves_the_bytes(before, data):
    assert 0 <= first_aligned(before, data) <= len(data)
    assert 0 <= last_aligned(data) <= len(data)
