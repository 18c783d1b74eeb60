"""What others wrote cannot leave its place in a card."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.cards import run_html, run_mimebundle, run_text, runs_html, runs_text
from jupyter_mlops.domain.runs import CellError, Made, Progress, RankStatus, RunSnapshot, State
from tests.cards.conftest import NOW, Page, every_state, summary

ATTACKS = [
    "<script>alert(1)</script>",
    "</pre></article><img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) x='",
    "`<b onclick=x>`",
    "--><style>*{display:none}</style><!--",
    "&lt;script&gt;",
    "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[Hgone\x1b[31",
    "nul\x00 bell\x07 half\ud83d",
    "\u202egnitirw desrever\u2066",
    "w" * 5_000,
]
text = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=60))
number = st.floats()


def poisoned(base: RunSnapshot, word: str, value: float) -> RunSnapshot:
    """Return a run that says ``word`` wherever a cell or a file could."""
    row = msgspec.structs.replace(
        base.row,
        why=word,
        name=word,
        kind=word,
        platform=word,
        note=word,
        tags=[word] * 3,
        params={word: word, "n": value},
        metrics={word: summary([0.5, 1.0], axis=word), "val_loss": summary([value, value])},
        progress=Progress(done=value, total=value, unit=word, text=word),
        broken=word if base.row.broken else "",
    )
    changes: dict[str, Any] = {
        "row": row,
        "error": CellError(word, word, line=4, traceback=word) if base.error else None,
        "ranks": [msgspec.structs.replace(rank, role=word, why=word) for rank in base.ranks]
        or [RankStatus(rank=0, role=word)],
        "made": [Made(word, word, 5), Made(word, word), Made(word, word, why=word)],
        "notes": [word],
        "log": [(0, word)],
        "curves": {word: [(0.0, value), (value, 1.0), (2.0, 2.0)], "val_loss": [(0.0, value)]},
        "captured": word,
        "code": f"{word}\n{word}\nx = 1\n{word}",
        "code_hash": word,
    }
    return msgspec.structs.replace(base, **changes)


def check(html: str) -> None:
    """Fail if the HTML holds a tag, an attribute or a character that is not ours."""
    page = Page(html)
    allowed = {
        *("article", "style", "div", "span", "b", "i", "p", "ul", "li", "pre", "code", "bdi", "details", "summary"),
        *("table", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "svg", "path", "circle"),
    }
    assert page.names <= allowed
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not set("\x00\x07\x1b\u202e\u2066\ud83d") & set(html)
    html.encode()


@pytest.mark.parametrize("state", every_state())
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_stays_text(state: str, attack: str) -> None:
    run = poisoned(every_state()[state], attack, 0.5)
    check(run_html(run, NOW))
    check(runs_html([run.row], NOW))


@given(state=st.sampled_from(list(every_state())), word=text, value=number)
def test_any_word_and_any_number_make_a_whole_card(state: str, word: str, value: float) -> None:
    run = poisoned(every_state()[state], word, value)
    bundle = run_mimebundle(run, NOW)
    check(bundle["text/html"])
    msgspec.json.encode(bundle)
    check(runs_html([run.row], NOW))


@given(state=st.sampled_from(list(every_state())), word=text, value=number)
def test_text_for_terminals_holds_no_control_sequence(state: str, word: str, value: float) -> None:
    run = poisoned(every_state()[state], word, value)
    for shown in (run_text(run, NOW), runs_text([run.row], NOW)):
        assert not set(shown) & {*map(chr, range(32)), *map(chr, range(127, 160))} - {"\n"}


def test_a_broken_colour_sequence_paints_nothing() -> None:
    run = msgspec.structs.replace(
        every_state()["running"], log=[(0, "\x1b[38;5;999m\x1b[38;2;1mplain\x1b[9999999999999m")]
    )
    page = Page(run_html(run, NOW))
    assert "plain" in page.text
    assert State.RUNNING in page.text.lower()
