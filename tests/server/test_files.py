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
