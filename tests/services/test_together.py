"""All ranks' last lines in the order of time, as far as marks and records tell it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import NotFound
from jupyter_mlops.domain.metrics import LogParser
from jupyter_mlops.domain.runs import RunSpec, State, StateChanged
from jupyter_mlops.services.together import lines_together
from jupyter_mlops.store.records import Mark, RunDatabase
from jupyter_mlops.store.runs import RunFolder


class Logs:
    """A run of two ranks whose keeper reads their logs now and then."""

    def __init__(self, path: Path) -> None:
        (path / "logs" / "1").mkdir(parents=True)
        spec = RunSpec(id=path.name, name="digits", code_hash="", created=0.0, python="", cwd="/", workers=2)
        (path / "spec.json").write_bytes(wire.encode(spec))
        states = (State.QUEUED, State.STARTING, State.RUNNING)
        events = [wire.encode_line(StateChanged(time=1.0, state=state)) for state in states]
        (path / "events.jsonl").write_bytes(b"".join(events))
        self.folder = RunFolder(path)
        self.database = RunDatabase.open_or_rebuild(path / "run.db")

    def say(self, rank: int, text: str, time: float, *, is_read: bool = True) -> None:
        path = self.folder.log_path(rank, 1)
        with open(path, "ab") as file:
            file.write(text.encode())
        os.utime(path, (time, time))
        if is_read:
            parser = LogParser(self.database.state(1, rank), self.database.counts(1, rank), self.database.names)
            batch = parser.feed(path.read_bytes()[parser.state.offset :], time)
            self.database.write(1, rank, batch, parser.state, mark=Mark(batch.offset, time))

    def told(self, most: int = 100) -> list[tuple[int, float, str]]:
        return [(line.rank, line.time, line.text) for line in lines_together(self.folder, most).lines]


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return Logs(tmp_path / "digits-20261124-000000-7f3k")


def reported(step: int, time: float) -> str:
    return f'\x1e{{"report":{{"step":{step},"loss":0.5}},"rank":0,"time":{time}}}\n'


def test_what_was_read_earlier_stands_before_what_was_read_later(logs: Logs) -> None:
    logs.say(0, "zero at 1\n", 1.0)
    logs.say(1, "one at 2\nand more\n", 2.0)
    logs.say(0, "zero at 3\n", 3.0)
    logs.say(1, "one, not read yet\n", 4.0, is_read=False)
    assert logs.told() == [
        (0, 1.0, "zero at 1"),
        (1, 2.0, "one at 2"),
        (1, 2.0, "and more"),
        (0, 3.0, "zero at 3"),
        (1, 4.0, "one, not read yet"),
    ]


def test_between_two_marks_records_tell_the_time(logs: Logs) -> None:
    logs.say(0, f"begin\n{reported(1, 10.0)}a\n{reported(2, 12.0)}b\n", 15.0)
    logs.say(1, f"{reported(1, 11.0)}c\n{reported(2, 13.0)}d\n", 15.0)
    assert [text for *_, text in logs.told()] == ["begin", "a", "c", "b", "d"]
    assert [time for _, time, _ in logs.told()] == [10.0, 10.0, 11.0, 12.0, 13.0]


def test_lines_of_one_rank_keep_their_order_whatever_its_clock_says(logs: Logs) -> None:
    logs.say(0, f"{reported(1, 9.0)}first\n{reported(2, 5.0)}second\n", 15.0)
    assert [text for *_, text in logs.told()] == ["first", "second"]


def test_a_bar_is_one_line_and_colours_are_kept(logs: Logs) -> None:
    logs.say(0, "10%\r50%\r100%\n\x1b[31mred\x1b[0m\n", 1.0)
    assert [text for *_, text in logs.told()] == ["100%", "\x1b[31mred\x1b[0m"]


def test_only_the_last_lines_are_returned_and_it_is_said_that_there_are_others(logs: Logs) -> None:
    for second in range(10):
        logs.say(second % 2, f"line {second}\n", float(second))
    answer = lines_together(logs.folder, 3)
    assert [line.text for line in answer.lines] == ["line 7", "line 8", "line 9"]
    assert (answer.cut, answer.ended, answer.attempt) == (True, False, 1)
    assert not lines_together(logs.folder, 10).cut


def test_of_a_long_log_the_end_is_read_from_a_whole_line_on(logs: Logs) -> None:
    logs.say(0, "".join(f"{number:09d}\n" for number in range(100_000)), 1.0)
    answer = lines_together(logs.folder, 2000)
    assert answer.cut
    assert [line.text for line in answer.lines] == [f"{number:09d}" for number in range(98_000, 100_000)]


def test_a_run_that_has_printed_nothing_has_no_lines_and_no_other_attempts(logs: Logs) -> None:
    assert logs.told() == []
    with pytest.raises(NotFound, match="has no attempt 2"):
        lines_together(logs.folder, 3, attempt=2)
