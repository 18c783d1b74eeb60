from __future__ import annotations

import pytest

from jupyter_mlops.domain.receipts import Item, LeftBehind, Receipt, size_text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (12_345, "12 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (12_345_678, "12 MB"),
        (1 << 30, "1.1 GB"),
    ],
)
def test_sizes_read_as_people_say_them(count: int, text: str) -> None:
    assert size_text(count) == text


def test_the_summary_names_what_travels_and_leaves_out_modules_by_name() -> None:
    receipt = Receipt(
        [Item("np", "module numpy", "name", 20), Item("Net", "class"), Item("loader", "list of 3")], 12_000
    )
    assert receipt.summary == "Net, loader (12 kB)"


def test_a_long_summary_counts_the_rest() -> None:
    receipt = Receipt([Item(name, "int") for name in "abcdef"], 60)
    assert receipt.summary == "a, b, c, d and 2 more (60 B)"


def test_nothing_but_modules_by_name_has_no_summary() -> None:
    assert Receipt([Item("np", "module numpy", "name", 20)], 20).summary == ""


def test_a_receipt_shows_itself_as_a_table_with_its_warnings() -> None:
    receipt = Receipt(
        [Item("net", "Net", "value", 3_200_000), Item("np", "module numpy", "name", 25, "Net.go")],
        left=[LeftBehind("batch", "`batch` is a lock.")],
        secrets=["api_key"],
    )
    assert repr(receipt).splitlines() == [
        "net  Net           3.2 MB  as a value",
        "np   module numpy    25 B  by name, for `Net.go`",
        "`api_key` looks like a secret and is stored with the run.",
        "`batch` stays in the notebook: `batch` is a lock.",
    ]


def test_an_empty_receipt_says_so() -> None:
    assert repr(Receipt()) == "Nothing of the notebook travels with this cell."
