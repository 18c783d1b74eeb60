"""Who may ask: every route, without a token, with a wrong one, and from a page elsewhere."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from jupyter_server.auth.authorizer import Authorizer

from jupyter_mlops.server.openapi import VERBS, operation
from jupyter_mlops.server.routes import PREFIX, ROUTES

ID = "digits-20261124-000000-7f3k"
NAMES = {"run_id": ID, "sweep_id": ID, "path": "model.bin", "name": "digits", "version": "1", "alias": "champion"}
EVERY = [
    (verb.upper(), path.format(**NAMES))
    for path, handler in ROUTES.items()
    for verb in VERBS
    if operation(handler, verb) is not None
] + [("GET", "/nothing"), ("POST", "/nothing")]


@pytest.fixture
def fetch(jp_fetch):
    async def ask(method, path, headers):
        body = "{}" if method in ("POST", "PUT", "PATCH") else None
        return await jp_fetch(PREFIX + path, method=method, body=body, headers=headers, raise_error=False)

    return ask


@pytest.fixture
def run(make_run):
    run = make_run()
    (run.path / "files").mkdir()
    (run.path / "files" / "model.bin").write_bytes(b"weights")
    return run


async def cookies(jp_fetch) -> tuple[str, str]:
    """Return what a browser that is signed in sends, and its XSRF token."""
    response = await jp_fetch("api", "status")
    found = SimpleCookie()
    for line in response.headers.get_list("Set-Cookie"):
        found.load(line)
    page = await jp_fetch("login", headers={"Authorization": ""})
    for line in page.headers.get_list("Set-Cookie"):
        found.load(line)
    return "; ".join(f"{name}={one.value}" for name, one in found.items()), found["_xsrf"].value


async def test_every_route_is_closed_to_strangers_and_to_pages_elsewhere(
    fetch, jp_fetch, run, make_sweep, make_version, home
):
    sweep = make_sweep()
    make_version(alias="champion")
    cookie, token = await cookies(jp_fetch)
    for method, path in EVERY:
        for stranger in ({"Authorization": ""}, {"Authorization": "token wrong"}):
            reply = await fetch(method, path, stranger)
            assert reply.code == 403, (method, path, stranger)
            assert b"forbidden" in reply.body or method == "HEAD"
        signed_in = {"Authorization": "", "Cookie": cookie}
        elsewhere = signed_in | {"Origin": "https://evil.example", "Referer": "https://evil.example/x"}
        assert (await fetch(method, path, elsewhere)).code in (403, 404), (method, path)
        if method not in ("GET", "HEAD"):
            without = await fetch(method, path, signed_in)
            assert without.code == 403, (method, path)
    assert run.path.exists()
    assert sweep.path.exists()
    assert (home / "models" / "digits" / "versions" / "1").exists()
    assert (await fetch("GET", "/runs", signed_in)).code == 200
    sent = signed_in | {"X-XSRFToken": token}
    assert (await fetch("PATCH", f"/runs/{run.id}", sent)).code == 200


async def test_a_page_elsewhere_cannot_make_a_browser_download(fetch, jp_fetch, run):
    cookie, _ = await cookies(jp_fetch)
    path = f"/runs/{run.id}/files/model.bin"

    assert (await fetch("GET", path, {"Authorization": "", "Cookie": cookie})).code == 403
    assert (
        await fetch("GET", path, {"Authorization": "", "Cookie": cookie, "Referer": "https://evil.example/"})
    ).code == 403
    assert (await fetch("GET", path, {})).code == 200


async def test_every_route_asks_the_authorizer_under_one_name(fetch, jp_serverapp, run):
    asked = []

    class Closed(Authorizer):
        def is_authorized(self, handler, user, action, resource):
            asked.append((action, resource))
            return False

    jp_serverapp.web_app.settings["authorizer"] = Closed(parent=jp_serverapp)
    for method, path in EVERY:
        assert (await fetch(method, path, {})).code == 403, (method, path)
    assert set(asked) == {("read", "jupyter_mlops"), ("write", "jupyter_mlops")}
    assert run.path.exists()


async def test_a_verb_that_a_route_does_not_have_is_refused_as_json(fetch):
    reply = await fetch("POST", "/runs", {})
    assert (reply.code, reply.headers["Content-Type"]) == (405, "application/json")
