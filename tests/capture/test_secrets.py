from __future__ import annotations

import pytest

from tests.capture.conftest import Notebook


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("api_key = 'abcdefgh1234'", ["api_key"]),
        ("thing = 'AKIA' + 'ABCDEFGHIJKLMNOP'", ["thing"]),
        ("thing = {'user': 'a', 'db': {'password': 'correct horse'}}", ["thing['db']['password']"]),
        ("thing = ['x', '-----BEGIN RSA ' + 'PRIVATE KEY-----']", ["thing[1]"]),
        ("class C: pass\nthing = C()\nthing.token = 'abcdefgh1234'", ["thing.token"]),
        ("key = 'temperature'", []),
        ("pad_token = '<|padding|>'", []),
        ("tokens = ['a', 'b']\ntoken_count = 5", []),
        ("password = None", []),
        ("thing = 'postgres://me:' + 'pass@host/db'", ["thing"]),
    ],
)
def test_what_looks_like_a_secret_is_told_by_its_place_alone(notebook: Notebook, code: str, places: list[str]) -> None:
    notebook.run(code)
    names = ("api_key", "thing", "key", "pad_token", "tokens", "token_count", "password")
    used = ", ".join(name for name in names if name in notebook.namespace)
    assert notebook.capture(used).receipt.secrets == places
    text = (notebook.bundle / "receipt.json").read_text()
    assert "abcdefgh1234" not in text
    assert "correct horse" not in text
