"""Files of a run: listed and downloaded, and no way out of their folder."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest


@pytest.fixture
def run(make_run, tmp_path):
    run = make_run()
    files = run.path / "files"
    (files / "deep" / "er").mkdir(parents=True)
    (files / "model.bin").write_bytes(b"\0weights" * 100_000)
    (files / "deep" / "er" / "naïve name #1.html").write_text("<script>alert(1)</script>")
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "in.txt").write_text("secret")
    os.symlink(tmp_path / "outside.txt", files / "link.txt")
    os.symlink(tmp_path / "outside", files / "linked")
    os.symlink(run.path / "spec.json", files / "spec.json")
    os.mkfifo(files / "pipe")
    (run.path / "files" / os.fsdecode(b"bad\xff")).write_text("x")
    return run


async def test_files_are_listed_without_what_cannot_be_had(call, run):
    found = (await call("GET", f"/runs/{run.id}/files")).json

    assert [file["path"] for file in found["files"]] == ["deep/er/naïve name #1.html", "model.bin"]
    assert found["left_out"] == 5


async def test_a_file_is_downloaded_and_never_shown(call, run):
    reply = await call("GET", f"/runs/{run.id}/files/model.bin")
    assert reply.body == b"\0weights" * 100_000

    page = await call("GET", f"/runs/{run.id}/files/" + quote("deep/er/naïve name #1.html"))
    assert page.body == b"<script>alert(1)</script>"
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_an_image_may_be_shown_but_nothing_that_can_hold_a_script(call, run):
    for name in ("plot.png", "photo.JPG", "page.html", "drawing.svg", "data.xml", "script.js", "note.txt", "png"):
        (run.path / "files" / name).write_bytes(b"<svg onload=alert(1)>")
        reply = await call("GET", f"/runs/{run.id}/files/{name}")
        is_shown = name in ("plot.png", "photo.JPG")
        assert reply.headers["Content-Type"].startswith("image/") is is_shown, name
        assert reply.headers.get("Content-Disposition", "").startswith("attachment") is not is_shown, name
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=0-3", 206, (0, 4)), ("bytes=799990-", 206, (799_990, 800_000)), ("bytes=-5", 206, (799_995, 800_000)),
        ("bytes=5-9999999", 206, (5, 800_000)), ("bytes=-9999999", 206, (0, 800_000)), ("bytes=5-4", 200, None),
        ("bytes=0-1,5-6", 200, None), ("lines=1-2", 200, None), ("bytes=-", 200, None), ("nonsense", 200, None),
        ("bytes=800000-", 416, None), ("bytes=-0", 416, None),
    ],
)  # fmt: skip
async def test_a_part_of_a_file_is_sent_as_asked(call, run, jp_auth_header, asked, status, told):
    reply = await call("GET", f"/runs/{run.id}/files/model.bin", headers=jp_auth_header | {"Range": asked})

    assert reply.status == status
    whole = b"\0weights" * 100_000
    if status == 206:
        assert reply.body == whole[told[0] : told[1]]
        assert reply.headers["Content-Range"] == f"bytes {told[0]}-{told[1] - 1}/800000"
    elif status == 200:
        assert reply.body == whole
    else:
        assert reply.headers["Content-Range"] == "bytes */800000"
        assert reply.json["code"] == "range"


async def test_what_has_not_changed_is_not_sent_again(call, run, jp_auth_header):
    path = f"/runs/{run.id}/files/model.bin"
    first = await call("HEAD", path)
    assert (first.status, first.body, first.headers["Content-Length"]) == (200, b"", "800000")
    assert first.headers["Accept-Ranges"] == "bytes"
    tag = first.headers["Etag"]
    assert (await call("GET", path, headers=jp_auth_header | {"If-None-Match": tag})).status == 304
    wanted = jp_auth_header | {"Range": "bytes=0-3"}
    assert (await call("GET", path, headers=wanted | {"If-Range": tag})).status == 206

    (run.path / "files" / "model.bin").write_bytes(b"other")
    assert (await call("GET", path, headers=jp_auth_header | {"If-None-Match": tag})).body == b"other"
    assert (await call("GET", path, headers=wanted | {"If-Range": tag})).body == b"other"


@pytest.mark.parametrize(
    "path",
    [
        "../spec.json", "%2e%2e/spec.json", "..%2fspec.json", "deep/../../spec.json", "deep%2f..%2f..%2fspec.json",
        "/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "link.txt", "linked/in.txt", "spec.json", "pipe", "deep",
        "deep/", "./model.bin", "model.bin/x", "model.bin%00.txt", "%252e%252e/spec.json", "..%5cspec.json", "x" * 3000,
        "a/" * 500 + "b", "%c0%ae%c0%ae/spec.json", "%ff",
    ],
)  # fmt: skip
async def test_no_way_leads_out_of_the_folder(call, run, path):
    reply = await call("GET", f"/runs/{run.id}/files/{path}")
    assert reply.status in (400, 404), path
    assert b"secret" not in reply.body


async def test_a_run_without_files_has_an_empty_list(call, make_run, tmp_path):
    run = make_run("bare")
    assert (await call("GET", f"/runs/{run.id}/files")).json == {"files": [], "left_out": 0}
    os.symlink(tmp_path, run.path / "files")
    assert (await call("GET", f"/runs/{run.id}/files")).json["files"] == []
    assert (await call("GET", f"/runs/{run.id}/files/root_dir")).status == 404
