"""How two texts of code differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.textdiff import Text, changed_lines, diff

A = """model = Net(cfg)
opt = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
for epoch in range(epochs):
    for xb, yb in loader:
        step()
"""
B = """model = Net(cfg)
opt = torch.optim.AdamW(model.parameters(), lr=lr)
for epoch in range(epochs):
    for xb, yb in loader:
        xb = augment(xb, shift=1)
        step()
"""


def marked(line) -> list[str]:
    return [line.text[start:end] for start, end in line.spans]


def test_lines_have_their_numbers_in_both_and_what_changed_is_marked():
    lines = diff(Text.of(A), Text.of(B))
    assert [(line.op, line.a, line.b) for line in lines] == [
        ("same", 1, 1),
        ("removed", 2, 0),
        ("added", 0, 2),
        ("same", 3, 3),
        ("same", 4, 4),
        ("added", 0, 5),
        ("same", 5, 6),
    ]
    assert marked(lines[1]) == ["SGD", ", momentum=0.9"]
    assert marked(lines[2]) == ["AdamW"]
    assert lines[5].spans == []


def test_a_changed_line_counts_once():
    assert changed_lines(diff(Text.of(A), Text.of(B))) == 2
    assert changed_lines(diff(Text.of(A), Text.of(A))) == 0
    assert changed_lines(diff(Text.of(""), Text.of(A))) == 5


def test_blanks_at_the_ends_of_lines_are_no_difference():
    assert all(line.op == "same" for line in diff(Text.of("a = 1  \nb = 2\n\n"), Text.of("a = 1\nb = 2")))


def test_lines_that_are_not_alike_are_no_counterparts():
    lines = diff(Text.of("x = load()\n"), Text.of("for each in everything: print(each)\n"))
    assert all(line.spans == [] for line in lines)


def test_each_line_finds_its_most_similar_counterpart():
    lines = diff(Text.of("first(1)\nsecond(2)"), Text.of("new()\nfirst(10)\nsecond(20)"))
    assert {line.text: marked(line) for line in lines} == {
        "first(1)": ["1"],
        "second(2)": ["2"],
        "new()": [],
        "first(10)": ["10"],
        "second(20)": ["20"],
    }


def test_what_is_not_compared_is_no_difference_and_numbers_may_begin_later():
    lines = diff(Text.of("lr = 0.1\nx", "lr = ...\nx", 2), Text.of("lr = 0.2\nx", "lr = ...\nx", 1))
    assert [(line.op, line.text, line.a, line.b) for line in lines] == [("same", "lr = 0.1", 2, 1), ("same", "x", 3, 2)]


def test_large_texts_are_compared_in_time():
    a = [f"line {number}" for number in range(6000)]
    b = [line if number % 7 else line + " changed" for number, line in enumerate(a)]
    lines = diff(Text.of("\n".join(a)), Text.of("\n".join(b)))
    assert changed_lines(lines) == len(range(0, 6000, 7))


_texts = st.lists(st.text("abc =()\t", max_size=12), max_size=12).map("\n".join)


@given(_texts, _texts)
def test_both_texts_can_be_read_out_of_their_difference(a, b):
    one, other = Text.of(a), Text.of(b)
    lines = diff(one, other)
    assert [line.text for line in lines if line.op != "added"] == list(one.lines)
    assert [line.text for line in lines if line.op == "added"] == [
        other.lines[line.b - 1] for line in lines if line.op == "added"
    ]
    assert sorted(line.b for line in lines if line.b) == [*range(1, len(other.lines) + 1)]
    for line in lines:
        assert all(0 <= start < end <= len(line.text) for start, end in line.spans)
